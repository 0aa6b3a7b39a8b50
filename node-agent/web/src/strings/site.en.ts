/**
 * The words of the admin's views of the site, in English: a part of the admin's chunk, which phones
 * of guests never load. Calm and short; whatever is wrong says what to do.
 */
import { pluralIn } from './plural.ts';

const plural = pluralIn('en');
const listed = new Intl.ListFormat('en');

export const m = {
  view: {
    overview: 'Overview',
    nodes: 'Nodes',
    people: 'People',
    rules: 'Site rules',
    channels: 'Channels',
    mqtt: 'Devices and uplinks',
    revoked: 'Shut out, epoch',
    trail: 'Trail',
    https: 'Protected page',
  },

  action: {
    busy: 'On its way…',
    sent: 'It takes effect there as soon as the mesh has carried it.',
    cancel: 'Cancel',
    type: (what: string) => `Type ${what} to confirm`,
  },

  time: {
    seconds: (n: number) => `${n} s`,
    minutes: (n: number) => `${n} min`,
    hours: (n: number) => `${n} h`,
    days: (n: number) => plural(n, { one: '# day', other: '# days' }),
  },

  overview: {
    waiting: 'The node has not told about the site yet.',
    problems: (n: number) =>
      n === 0
        ? 'No problems'
        : plural(n, { one: '# thing to look at', other: '# things to look at' }),
    well: 'Every node that reports is well.',
    nodes: 'Nodes and links',
    map: 'Map',
    guestsWait: (n: number) =>
      plural(n, { one: '# person waits to be let in', other: '# people wait to be let in' }),
    boxesWait: (n: number) =>
      plural(n, { one: '# new box waits to be claimed', other: '# new boxes wait to be claimed' }),
  },

  figures: {
    nodes: 'nodes report',
    phones: 'phones connected',
    waiting: 'people waiting',
    mqtt: 'MQTT connections',
  },

  severity: { problem: 'Problem', warning: 'Warning' },
  problem: {
    clone: 'Its key is in use on two machines: a card was copied. Reset one and claim it anew.',
    unheard: 'It is a node of this site and has not reported. Is it switched on and in reach?',
    silent: (time: string) =>
      `It has not reported for ${time}. Check its power, and whether a neighbour is in reach.`,
    epochBehind: 'It does not know the newest epoch yet. It learns it from its next neighbour.',
  },

  nodeState: {
    well: 'well',
    warning: 'warning',
    problem: 'problem',
    unheard: 'not heard from',
    revoked: 'shut out',
  },
  nodeRole: { node: 'Node', gateway: 'Gateway', relay: 'Relay' },
  medium: { lan: 'network', radio: 'Bluetooth', metered: 'metered link' },
  quality: {
    good: 'good',
    crowded: 'crowded',
    'catching-up': 'catching up',
    greeting: 'just met',
  },
  clock: [
    'The clock was never set; messages are ordered without it.',
    'Set by this box itself, not checked.',
    'Kept right by the network.',
  ] as const,

  nodes: {
    add: 'Add a node',
    all: 'All nodes',
    here: 'you are here',
    why: 'Every box of the site. Choose one to see how it is and what can be done.',
    gone: 'The site knows no node with that key any more.',
    unheard: 'no report yet',
    unknown: 'an unknown node',
    about: (role: string, phones: number, age: string) =>
      `${role} · ${plural(phones, { one: '# phone', other: '# phones' })} · heard ${age} ago`,
    link: (name: string, medium: string, quality: string, rate: string) =>
      `to ${name} by ${medium}: ${quality}, ${rate}`,
  },

  near: {
    level: { near: 'near now', around: 'around' },
    one: (name: string, level: string) => `${name} (${level})`,
    list: (names: readonly string[]) => `Hears ${listed.format(names)} by Bluetooth.`,
    hears: (from: string, to: string, level: string) => `${from} hears ${to}: ${level}`,
    both: (from: string, to: string, level: string) =>
      `${from} and ${to} hear each other: ${level}`,
    legend: 'heard by Bluetooth, linked or not',
  },

  map: {
    label: 'Map of the nodes and their links. The list above says the same in words.',
    node: (name: string, state: string) => `${name}, ${state}`,
    notAll: 'The map shows a part of the nodes; the list has them all.',
  },

  node: {
    about: 'How it is',
    key: 'Key',
    role: 'Role',
    heard: 'Last heard',
    ago: (time: string) => `${time} ago`,
    up: 'Running for',
    upWith: (time: string, boots: number) =>
      `${time}, ${plural(boots, { one: 'started once', other: 'started # times' })}`,
    version: 'Version',
    clock: 'Its clock',
    certificate: 'Certificate',
    untilEpoch: (epoch: number) => `good through epoch ${epoch}`,
    forEver: 'good until it is revoked',
    epochNow: (epoch: number) => `The epoch that it knows is ${epoch}.`,
    phones: 'Phones',
    phonesNow: (phones: number, waiting: number) =>
      waiting === 0 ? `${phones} connected` : `${phones} connected, ${waiting} waiting`,
    links: (n: number) => plural(n, { one: '# link', other: '# links' }),
    alone: 'No neighbour is in reach.',
    queues: (urgent: string, normal: string, bulk: string) =>
      `Waiting: urgent ${urgent}, normal ${normal}, bulk ${bulk}`,
    machine: 'The machine',
    room: (used: string, all: string) => `Store: ${used} of ${all}`,
    kept: 'Messages kept',
    bundles: (n: number) => n.toLocaleString('en'),
    disk: 'Free on the disk',
    temperature: 'Temperature',
    power: 'Power',
    weak: 'too weak',
    throttled: 'slowed down',
    well: 'well',
    load: 'Processor',
    memory: 'Memory in use',
    wifi: 'Wi-Fi stations',
    stations: (now: number, max: number | undefined) =>
      max ? `${now} of at most ${max}` : `${now}`,
    beyond: 'Devices and other sites',
    mqtt: 'MQTT',
    connected: (n: number) => plural(n, { one: '# connection', other: '# connections' }),
    uplink: (name: string) => `Uplink ${name}`,
    nameTitle: 'Name',
    name: 'What the box is called',
    nameWrong: 'A name has 1 to 64 bytes.',
    rename: 'Rename',
    renameWhy: 'The box gets a new certificate with this name.',
    renamed: 'Renamed.',
    restartTitle: 'Restart',
    restartWhy: 'Phones lose their connection for a few seconds. Nothing is lost.',
    restart: 'Restart this node',
    restarted: 'It restarts now.',
    moveTitle: 'Move it to another site',
    moveWhy:
      'Make an invite for a node at the other site and give it here. This box forgets this site, ' +
      'and joins the other by itself.',
    invite: 'Invite of the other site (MUSTER-NODE:…)',
    inviteWrong: 'This is not an invite for a node.',
    move: 'Move it',
    moveAsk: (name: string) =>
      `${name} leaves this site, deletes what it keeps of it, and joins the other.`,
    moved: 'It goes to the other site now.',
    endTitle: 'End of its life here',
    replaceWhy: 'A new card or box takes over the name, and this key is shut out.',
    replace: 'Replace it',
    resetWhy:
      'A reset makes a blank box of it, which anybody can claim. Do it before you give it away.',
    reset: 'Reset it',
    resetAsk: (name: string) =>
      `${name} deletes its keys and all messages that it keeps, and waits to be claimed.`,
    wasReset: 'It is blank now. Shut its key out too if it does not come back.',
    revokeWhy:
      'For a box that was lost or stolen: no other node talks to it any more, and its guests ' +
      'lose their admission.',
    revoke: 'Shut it out',
    revokeAsk: (name: string) =>
      `Every node cuts ${name} off as soon as it hears of it. This cannot be taken back; the box ` +
      'has to be reset and claimed anew.',
    revoked: 'It is shut out.',
    revokedWhy: 'This key is shut out. The box itself has to be reset and claimed anew.',
  },

  people: {
    waiting: 'People waiting',
    granted: 'With a role',
    none: 'Nobody has a role yet',
    noneWhy: 'Let somebody show their key, in the settings of their page.',
    here: 'At this node now',
    hereWhy: 'A name is only what somebody calls themselves. Compare keys before you give a role.',
    user: 'user',
    staff: 'staff',
    change: 'Change',
    changeOne: (name: string) => `Change the role of ${name}`,
    makeStaff: 'Make staff',
    makeUser: 'Make user',
    isStaff: (name: string) => `${name} is staff from their next connection on.`,
    isUser: (name: string) => `${name} is a user from their next connection on.`,
    reason: 'Why',
    shutOut: 'Shut out',
    shutOutAsk: (name: string) =>
      `${name} can write no more, at any node, and everybody sees it. This cannot be taken back ` +
      'for this key.',
    revoked: (name: string) => `${name} is shut out.`,
    give: 'Give a role',
    giveWhy: 'They choose “Show my key” in their settings; scan it, or let them send it as text.',
    code: 'Their key as text',
    notAKey: 'This is not the key of a person (MUSTER-KEY:…).',
    compare: 'It must be the code that their own page shows.',
    as: 'As what',
    staffWhy: 'A badge that others see; they write more, and let guests in.',
    userWhy: 'More room than a guest, and no badge.',
    giveIt: 'Give this role',
    next: 'The next person',
    passUntil: (epoch: number) => `It is good at every node until epoch ${epoch} ends.`,
  },
  reason: ['No reason given', 'Lost or stolen', 'Replaced', 'Abuse'] as const,

  rules: {
    guests: 'Who becomes a guest',
    announce: 'Announcement',
    announceLabel: 'Shown to everybody above the page; leave it empty for none',
    left: (n: number) =>
      n < 0
        ? plural(-n, { one: '# byte too long', other: '# bytes too long' })
        : plural(n, { one: '# byte left', other: '# bytes left' }),
    quotas: 'What guests may use',
    quotasWhy: 'All guests of one node together share this, however many they are.',
    bundles: 'Messages a minute and node',
    tickets: 'New guests a minute and node',
    atMost: (n: number) => `at most ${n}`,
    tooLong: 'The announcement is too long.',
    numberWrong: 'Give whole numbers within their bounds.',
    save: 'Put these rules in force',
    saved: 'These rules are in force.',
  },
  admission: [
    { name: 'Everybody', why: 'Whoever opens the page comes in as a guest.' },
    { name: 'With a guest pass', why: 'A QR code at the door or from staff lets people in.' },
    { name: 'Whom staff let in', why: 'People wait until staff or an admin say yes.' },
  ] as const,

  channels: {
    own: 'Channels that you made here',
    ownWhy: 'The key that made a channel decides on it; these belong to this phone.',
    ownNone: 'None yet',
    ownNoneWhy:
      'Make an announcement channel on the page of channels: only you, and whom you name, ' +
      'write in it.',
    all: 'Other channels',
    siteWhy: 'Channels of the site itself are named in the settings of its nodes (site.channels).',
    topic: 'Topic',
    topicLong: 'That topic is too long.',
    save: 'Save',
    saved: 'Saved. Your phone tells the node now.',
    writers: 'Who else may write',
    writersWhy: 'Everybody can read. These keys may write too.',
    writersFull: 'A channel has at most 32 further writers.',
    addWriter: 'Add',
    removeWriter: 'Remove',
    ourSite: 'this site',
    crossing: 'Shared with other sites',
    crossingWhy: 'A gateway carries these over its uplinks, when there is internet.',
    noCrossing: 'Nothing leaves this site',
    stop: 'Stop sharing it',
    stopAsk: (name: string) => `Nothing of ${name} goes out or comes in any more.`,
    stopped: (name: string) => `${name} is not shared any more.`,
  },
  crossing: ['stays here', 'goes to', 'comes from', 'shared with'] as const,

  mqtt: {
    none: 'No gateway reports MQTT',
    noneWhy: 'Claim a node in the role of a gateway; it runs a broker for devices of the site.',
    at: (name: string) => `MQTT clients at ${name}`,
    empty: 'No client is admitted yet',
    show: 'Show the clients',
    powerless: 'The root did not give this admin the power to manage them.',
    elsewhere: 'At other gateways',
    elsewhereWhy: 'Passwords do not travel: open the page of that gateway to manage its clients.',
    revoke: 'Take its password away',
    revokeAsk: (name: string) => `${name} is cut off at once and cannot connect any more.`,
    revoked: (name: string) => `${name} cannot connect any more.`,
    add: 'Admit a device',
    addIt: 'Admit it',
    name: 'Name of the client',
    nameMissing: 'Give it a name.',
    readOnly: 'It only reads',
    added: (name: string) => `${name} may connect.`,
    password: 'Password',
    passwordWhy: 'Write it down now. The gateway keeps only what proves it.',
    address: 'Address',
  },
  uplink: {
    title: 'Uplinks',
    pause: 'Pause',
    resume: 'Resume',
    paused: (name: string) => `${name} is paused; what is for it waits.`,
    resumed: (name: string) => `${name} goes on.`,
  },
  uplinkState: {
    up: 'connected',
    connecting: 'connecting',
    down: 'not connected',
    paused: 'paused',
  } as Readonly<Record<string, string>>,

  revoked: {
    title: (n: number) => plural(n, { one: '# key is shut out', other: '# keys are shut out' }),
    why:
      'Each admin has a list of their own and no list ever goes back, so that a node which was ' +
      'away cannot bring anybody in again.',
    none: 'Nobody is shut out',
    by: (name: string) => `by ${name}`,
    root: 'the site’s root',
  },

  epoch: {
    title: (epoch: number) => `Epoch ${epoch}`,
    why:
      'Certificates and tickets end with an epoch, not on a date, because no clock is trusted. ' +
      'Advance it when passes or tickets have gone into wrong hands: nodes that report get new ' +
      'certificates first, guests come in anew by the rules, and staff need new tickets unless ' +
      'theirs last longer.',
    until: (epoch: number) => `Your own admin certificate is good through epoch ${epoch}.`,
    forEver: 'Your own admin certificate lasts until it is revoked.',
    silent: (n: number) =>
      plural(n, {
        one: '# node has not reported. It is cut off until it gets a new certificate.',
        other: '# nodes have not reported. They are cut off until they get new certificates.',
      }),
    advance: (epoch: number) => `Go on to epoch ${epoch}`,
    ask: (epoch: number) => `Everything that was given only until before epoch ${epoch} ends now.`,
    done: (epoch: number) => `The site is in epoch ${epoch} now.`,
  },

  trail: {
    why: 'What admins did, newest first. Each line is signed, and was checked here.',
    none: 'Nothing yet',
    at: (node: string) => `at ${node}`,
    more: 'As it was signed',
    command: 'Act',
    params: 'With',
    documents: 'Documents',
  },
  act: {
    somebody: 'somebody',
    epoch: (epoch: number) => `advanced the epoch to ${epoch}`,
    revoked: (name: string) => `shut out ${name}`,
    rules: 'changed the site rules',
    policy: 'changed what crosses to other sites',
    certified: (name: string) => `renewed the certificate of ${name}`,
    claimed: (name: string) => `claimed the node ${name}`,
    admin: (name: string) => `made ${name} an admin`,
    ticket: (name: string, role: string) => `made ${name} ${role === 'staff' ? role : 'a user'}`,
    restart: (node: string) => `restarted ${node}`,
    rename: (node: string, name: string) => `renamed ${node} to ${name}`,
    reset: (node: string) => `reset ${node}`,
    move: (node: string) => `moved ${node} to another site`,
    mqttAdd: (name: string, node: string) => `admitted the MQTT client ${name} at ${node}`,
    mqttRevoke: (name: string, node: string) => `cut off the MQTT client ${name} at ${node}`,
    mqttList: (node: string) => `looked at the MQTT clients of ${node}`,
    uplink: (verb: string, name: string, node: string) => `${verb} the uplink ${name} of ${node}`,
    paused: 'paused',
    resumed: 'resumed',
    other: (command: string, node: string) => (node === '' ? command : `${command} at ${node}`),
  },

  https: {
    now: 'This page, right now',
    missing: 'On plain http browsers keep from every page:',
    missingList: [
      'the live camera: codes are read from a photo instead',
      'passkeys: the admin key is unlocked with its passphrase instead',
      'opening without any node in reach, once the page was closed',
      'copying with one press: select the text instead',
    ] as const,
    asking: 'Asking the node…',
    failed: 'The site has no certificate of its own here',
    failedWhy:
      'This node cannot serve a protected page yet. A node gets its certificate by itself from a ' +
      'node that holds the site’s authority.',
    install: 'Install the site’s certificate',
    installWhy:
      'Once on each phone. It is allowed to vouch for this site’s own names and addresses and ' +
      'for no others, so it cannot be used against other pages.',
    qrLabel: 'QR code with the address of the site’s certificate',
    download: 'Download the certificate',
    fingerprint: 'Fingerprint (SHA-256)',
    fingerprintWhy: 'Compare it with what the phone shows before you accept.',
    after: 'Then use the protected page',
    afterWhy: 'It is another address for the browser: you start there as somebody new.',
    open: 'Open the protected page',
    notYet: 'This node has no certificate yet. It asks for one by itself.',
  },
};
