/**
 * The words of the admin area's frame, of admin keys, of claims, and of a box that waits to be
 * claimed, in English; in a file of its own because phones of guests never load it. Phrases are
 * calm, short, and say what to do.
 */
export const a = {
  frame: {
    title: 'Site admin',
    back: 'Back to the channels',
    nav: 'Parts of the site',
    lock: 'Lock',
    loading: 'One moment…',
    open: 'connected',
    opening: 'connecting…',
    offline: 'offline',
    viewOnly: 'You see the site and change nothing: this browser has a passkey, and no admin key.',
    viewOver: 'The sign-in has ended. Sign in with the passkey again.',
    notAdmin: 'The node does not take this key for an admin’s any more.',
    notAdminMend:
      'It was revoked, or its certificate ended with an earlier epoch. Whoever keeps the site’s ' +
      'root can certify it anew.',
    storage: 'The phone did not let this page read what it had stored.',
  },

  passphrase: {
    label: 'Passphrase',
    newLabel: 'New passphrase',
    again: 'The same once more',
    why: 'At least 10 letters; four random words are good. Nobody can reset it for you.',
    short: 'That is too short: at least 10 letters.',
    differ: 'The two are not the same.',
    wrong: 'That is not the passphrase of this key.',
    working: 'Working on it…',
  },

  unlock: {
    title: 'Your admin key is locked',
    why: (site: string) => `Unlock it to look after ${site}.`,
    button: 'Unlock',
    passkey: 'Unlock with a passkey',
    forget: 'Forget this key',
  },

  become: {
    title: 'Become an admin',
    why:
      'Whoever keeps the site’s root key makes a code for you (muster admin invite, or the code ' +
      'that muster start shows). Scan it, or paste its text. An admin key that you made at ' +
      'another address of the site is not seen here: open the page there.',
    look: 'Sign in with a passkey, to look only',
    lookFailed: 'No passkey of this site was accepted here.',
    code: 'Admin code',
    name: 'Your name',
    nameWrong: 'Please give a name of at most 64 letters.',
    begin: 'Go on',
    continued: 'A key was made on this phone already and waits for its certificate.',
    choose: 'Choose a passphrase. It seals the key that is made on this phone now.',
    asking: 'Reaching whoever made the code…',
    askingWhy: 'They need to have the page or the command open that shows the code.',
    compare: 'Compare these six digits',
    compareWhy: (site: string) =>
      `Whoever made you an admin of ${site} sees the same digits. Tell them in person or by ` +
      'phone; they say whether it is right.',
    cancel: 'Cancel',
    done: (name: string) => `You are an admin now, as ${name}.`,
    enter: 'Open the admin area',
    failed: 'That did not work',
    again: 'Try again',
    elsewhere: 'The code is awaited at another node. Open its page there:',
  },

  key: {
    title: 'My key',
    name: 'Certified as',
    fingerprint: 'Key',
    powers: 'May',
    powerNames: {
      nodes: 'add nodes',
      people: 'give rights to people',
      revoke: 'revoke',
      rules: 'set rules and command nodes',
    },
    noPowers: 'nothing',
    ends: 'Certified until',
    endsEpoch: (epoch: number) => `epoch ${epoch}`,
    endsNever: 'it is revoked',
    change: 'Change the passphrase',
    old: 'Present passphrase',
    changed: 'The passphrase was changed.',
    save: 'Change it',
    passkey: 'Passkey',
    passkeyWhy:
      'A finger, a face or the phone’s PIN instead of the passphrase. The passphrase goes on ' +
      'working.',
    passkeyOn: 'A passkey of this phone unlocks the key.',
    passkeyMake: 'Set up a passkey',
    passkeyDrop: 'Remove the passkey',
    passkeyMade: 'The passkey is set up.',
    passkeyDropped: 'The passkey does not unlock this key any more.',
    passkeyFailed: 'The phone made no passkey, or you cancelled it.',
    passkeyWeak: 'This phone’s passkeys cannot unlock keys (they lack the “prf” extension).',
    passkeyNode: 'The node did not take the passkey.',
    hindrance: {
      'not-secure':
        'Not on this page: passkeys need https and a name, and this page came over plain http.',
      'no-name':
        'Not on this page: passkeys need https and a name, and this page was opened by a bare ' +
        'address.',
      'no-passkeys': 'Not in this browser: it has no passkeys.',
    },
    forget: 'Forget this key',
    forgetWhy:
      'The admin key is deleted from this phone for good. The site goes on; to come back you ' +
      'need a new code. If the phone was in wrong hands, let another admin revoke the key too.',
    forgetConfirm: 'Delete the key',
    cancel: 'Cancel',
    lockWhy: 'It locks by itself after 15 minutes without a touch, and when you leave.',
  },

  claim: {
    title: 'Add a node',
    scan: 'Scan the box',
    scanWhy:
      'A box that belongs to no site shows a QR code: on its label, its screen, or its own page.',
    label: 'Code on the box',
    address: 'Its address, if the box is not found by itself',
    addressHint: '192.168.1.20:8080',
    begin: 'Reach the box',
    nearby: 'Boxes nearby that wait',
    nearbyNone: 'None seen from this node right now.',
    nearbyWhy: 'Scan the label with the same short code.',
    shortCode: 'short code',
    invite: 'Or invite a box',
    inviteWhy:
      'Makes a code that is good for one box. Show it to the box’s page, or put it on its card.',
    inviteMake: 'Make an invite',
    full: 'As many boxes are being added as may be at once. End one of them first.',
    under: 'Under way',
    replacing: (name: string) =>
      `The new box takes over the name ${name}. The old one is revoked once the new one is in.`,
    boxKind: 'Box',
    inviteKind: 'Invite',
    end: 'Cancel',
    states: {
      waiting: 'Waiting for a box',
      reaching: (address: string) => `Reaching the box at ${address}…`,
      reachingByBluetooth: 'Looking for the box by Bluetooth…',
      comparing: 'Compare the six digits',
      settings: 'What the box is to be',
      sending: (name: string) => `${name} gets its papers…`,
      sendingWhy: 'It writes them to its disk and starts as a node.',
      done: (name: string) => `${name} is a node of this site now.`,
      failed: 'That did not work',
    },
    waitingWhy:
      'Open the box’s page and let it read this code, or put the text into muster-invite.txt on ' +
      'its card. Keep this page open until the box has its papers.',
    qrLabel: 'Invite as a QR code',
    text: 'Invite as text',
    lastTry: 'The last try ended:',
    isCalled: (name: string) => `The box calls itself ${name}.`,
    compareWhy: 'Does the box show the same digits, on its page, its screen or in its log?',
    same: 'They are the same',
    different: 'They differ',
    others: 'Somebody else came with the same code and was refused:',
    again: 'Start over',
    another: 'Add another box',
    close: 'Done',
  },

  settings: {
    name: 'Name of the node',
    role: 'What it does',
    roles: {
      node: 'Node',
      gateway: 'Gateway',
      relay: 'Relay',
    },
    roleWhy: {
      node: 'Carries messages for the people around it.',
      gateway: 'A node with MQTT and a way to other sites.',
      relay: 'Stands on the internet and passes on between sites.',
    },
    channels: 'Channels of the site, with commas between',
    wifi: 'Wi-Fi of the box',
    wifiModes: { none: 'As it is', 'access-point': 'Opens one', join: 'Joins one' },
    ssid: 'Name of the Wi-Fi',
    password: 'Password (empty: open to all)',
    country: 'Country, two letters',
    more: 'More',
    uplinks: 'Uplinks, one a line: relay ADDRESS, or mqtt ADDRESS',
    bootstrap: 'Nodes to dial first, one multiaddr a line',
    hostNames: 'Names under which its page is opened, with commas between',
    preview: 'Show what will change',
    previewTitle: 'What will change on the box',
    what: 'What',
    from: 'before',
    to: 'after',
    nothing: 'nothing',
    edit: 'Change something',
    confirm: 'Make it a node',
    faults: {
      name: 'Give the node a name of at most 64 letters.',
      channels: 'A site has at most 32 channels, with short names.',
      ssid: 'The Wi-Fi needs a name.',
      password: 'A Wi-Fi password has 8 to 63 plain letters.',
      country: 'Write the country as two letters, such as DE.',
      uplinks: 'Each uplink begins with relay or mqtt, then its address.',
      bootstrap: 'A multiaddr looks like /ip4/192.168.1.2/tcp/4001.',
      hostNames: 'A host name has letters, digits, dots and hyphens only.',
      other: 'The box would not take these settings.',
    },
  },

  box: {
    looking: 'Looking at the box…',
    title: 'This box belongs to no site yet',
    why: (name: string) => `It calls itself ${name} and is ready to be claimed.`,
    version: (version: string) => `Muster ${version}`,
    someSite: 'a site',
    scan: 'Let an admin scan it',
    scanWhy: 'In the admin area of a site: Add a node, then scan this code.',
    code: 'The same as text',
    qrLabel: 'Code of this box as a QR code',
    give: 'Or give it an invite',
    giveWhy:
      'An admin made one for a new node: scan it from the admin’s screen, or paste its text.',
    invite: 'Invite',
    giveButton: 'Use the invite',
    claiming: 'Looking for the admin who made the invite…',
    claimingWhy: 'The admin’s page or command has to be open. This box goes on trying.',
    callOff: 'Stop trying',
    comparing: (site: string) => `${site} wants this box`,
    comparingWhy:
      'The admin sees the same six digits. Only if they are the same may the admin go on.',
    offered: (site: string) => `Join ${site}?`,
    offeredWhy: 'This will change on the box:',
    accept: 'Join',
    refuse: 'Refuse',
    claimed: (site: string) => `This box is a node of ${site} now`,
    claimedWhy: 'It starts as one; the page opens in a moment.',
    unreachable: 'The box did not answer. Try again in a moment.',
  },

  faults: {
    offline: {
      message: 'This phone has no connection to a node right now.',
      mend: 'Come closer to a node of the site and try again.',
    },
    timeout: {
      message: 'The node did not answer in time.',
      mend: 'Look into the trail whether it was done, then try again.',
    },
    unanswered: {
      message: 'The node has it, and did not say what became of it.',
      mend: 'Look at the node’s page in a minute.',
    },
    busy: { message: 'Too much is on its way at once.', mend: 'Wait a moment, then try again.' },
    storage: {
      message: 'This phone could not keep what was to be sent, so nothing was sent.',
      mend: 'Make room on the phone, then try again.',
    },
    'power-missing': {
      message: 'The site’s root did not give this admin the power for that.',
      mend: 'Ask an admin who has it.',
    },
    'epoch-beyond': {
      message: 'That epoch is beyond the one in which this admin’s certificate ends.',
      mend: 'Let the root renew the certificate first, or choose a lower epoch.',
    },
    'view-only': {
      message: 'Signed in by passkey alone: the site can be seen, and nothing changed.',
      mend: 'Use the phone that has the admin key.',
    },
    'list-full': {
      message: 'This admin’s list of revoked keys is full.',
      mend: 'Let another admin revoke it.',
    },
  },
} as const;
