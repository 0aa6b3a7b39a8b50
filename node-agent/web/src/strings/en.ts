/**
 * Every word of the page, in English. A translation is a second file of the same shape: TypeScript
 * says what is missing. Words for things are those of DESIGN section 1; phrases are calm and short.
 */
import { pluralIn } from './plural.ts';

const language = 'en';
const plural = pluralIn(language);
const words = new Intl.ListFormat(language);
const list = (names: readonly string[]): string => words.format(names);

export const en = {
  language,
  appName: 'Muster',

  start: {
    title: 'What should people call you?',
    why:
      'There is no account. Your name is only a label; a key that is made on this phone and ' +
      'stays here shows that it is you.',
    at: (place: string) => `You are at ${place}`,
    label: 'Your name',
    placeholder: 'Ada',
    button: 'Start talking',
    making: 'Making your keys…',
    nameMissing: 'Please choose a name.',
    nameTooLong: 'That name is too long.',
    looking: 'Looking for the node…',
    noNode: 'No node answers here',
    noNodeWhy: 'Join the Wi-Fi of a Muster node, then try again. This page goes on looking.',
    again: 'Try again',
    failed: 'This page could not start',
    failedBrowser:
      'This small window cannot do what Muster needs. Open this address in your browser:',
    failedCrypto: 'A part of the page did not arrive. The Wi-Fi may be crowded; please try again.',
    failedStorage: 'The phone did not let this page read what it had stored.',
  },

  connection: {
    connecting: 'connecting…',
    connected: 'connected',
    offline: 'offline',
    retryIn: (seconds: number) => `offline, next try in ${seconds} s`,
    retryNow: 'Try now',
    title: 'Connection',
    offlineWhy: {
      lost: 'No node answers right now. You can read and write; what you write waits here.',
      'signature-wrong': 'The node did not accept this phone’s signature. Reload the page.',
      'not-admitted': 'You were not let in.',
      'too-many': 'The node has many visitors right now. This phone tries again by itself.',
      'too-slow': 'The air is crowded: the node closed a connection that could not keep up.',
      'site-foreign': 'The node here belongs to another site.',
      'pass-needed': 'Guests need a pass here.',
      'pass-wrong': 'That pass is not one of this site.',
      'pass-expired': 'That pass has run out. Ask for a new one.',
      'pass-used-up': 'That pass has been used by as many guests as it is good for.',
      'waiting-full': 'Very many people wait here already. Try again in a few minutes.',
      'waited-too-long': 'Nobody answered in half an hour. You can ask again.',
      waiting: 'Staff are asked to let you in.',
    },
    otherSite: 'Go to the site that is here',
    waiting: (place: number) => `waiting, number ${place}`,
  },

  list: {
    title: 'Channels',
    more: 'More channels here',
    moreWhy: 'Made by people at this site. Join one to read it.',
    create: 'New channel',
    join: 'Join by code',
    joinOne: (name: string) => `Join ${name}`,
    empty: 'No channels yet',
    emptyWhy: 'The node tells this phone its channels as soon as it is connected.',
    noMessages: 'Nothing written yet',
    unread: (n: number) => (n > 99 ? '99+' : String(n)),
    unreadLabel: (n: number) => plural(n, { one: '# unread message', other: '# unread messages' }),
    you: 'You',
    full: 'This phone follows as many channels as it can. Leave one first.',
    settings: 'Settings',
    skip: 'Skip to the messages',
  },

  kind: {
    site: 'Channel of the site',
    public: 'Public channel',
    private: 'Private channel',
    announcement: 'Announcements',
    federated: 'Channel of another site',
  },
  kindWhy: {
    site: 'Everybody at this site can read and write here.',
    public: 'Everybody at this site can find, read and write here.',
    private: 'Only people with its link or QR code can read here.',
    announcement: 'Everybody can read; only its makers can write.',
    federated: 'The admins of both sites let it come here. Its authors are people of that site.',
  },

  channel: {
    back: 'Back to the channels',
    share: 'Invite people',
    info: 'About this channel',
    choose: 'Choose a channel',
    chooseWhy: 'What people wrote is on the left.',
    timeline: (name: string) => `Messages in ${name}`,
    empty: 'Quiet so far',
    emptyWhy: 'Say hello. Your message travels from node to node.',
    emptyListen: 'Announcements will appear here.',
    older: 'Loading older messages…',
    olderOffline: 'Older messages come when a node is in reach.',
    beginning: 'This is as far back as the nodes remember.',
    newMessages: 'New messages',
    jump: 'Jump to newest',
    jumpNew: (n: number) => plural(n, { one: '# new message', other: '# new messages' }),
    listenOnly: 'Only the makers of this channel can write here.',
    leave: 'Leave this channel',
    leaveWhy: 'Its messages are removed from this phone. You can join again later.',
    leavePrivateWhy:
      'Its messages and its key are removed from this phone. You need the link to join again.',
    madeBy: 'Made by',
    unknown: 'This phone does not know that channel.',
  },

  site: {
    heading: 'From other sites',
    fromTitle: (site: string) => `from ${site}`,
    role: (role: string, site: string) => `${role} of ${site}`,
    alsoTo: (sites: readonly string[]) => `Also goes to ${list(sites)}`,
    alsoFrom: (sites: readonly string[]) => `Also comes from ${list(sites)}`,
    sharedWith: (sites: readonly string[]) => `Shared with ${list(sites)}`,
    crossingWhy: 'The admin of this site shares this channel, over the internet when there is any.',
    emptyWhy: 'What is written at the other site comes here when the internet does.',
    readOnly: (site: string) => `This site reads the channels of ${site} and does not write there.`,
    label: 'Site',
    key: 'Key of the site',
    keyWhy:
      'The admin of this site pinned this key. The name beside it is only what the site is called.',
  },

  via: {
    badge: 'via MQTT',
    at: 'at',
    why:
      'A device or a program sent this to a node by MQTT. The node signed it, no person did, and ' +
      'the name is what the device is called.',
    keyWhy: 'This is the key of the node that signed.',
  },

  compose: {
    stay: 'Stay on this site',
    goesTo: (sites: readonly string[]) => `goes to ${list(sites)}`,
    staysNow: 'stays here',
    label: (name: string) => `Write in ${name}`,
    placeholder: 'Write a message',
    send: 'Send',
    left: (n: number) => plural(n, { one: '# byte left', other: '# bytes left' }),
    over: (n: number) => plural(n, { one: '# byte too long', other: '# bytes too long' }),
    full: 'Too many messages wait on this phone. Wait until a node has taken some.',
    storage: 'The phone could not store this message. Free some space and try again.',
    tooLong: 'This message is too long.',
    frozen: 'This key is frozen, so nobody takes messages from it.',
  },

  message: {
    staysHere: 'stays here',
    reach: 'How far it goes',
    waiting: 'waiting',
    held: 'held',
    heldAt: (n: number) => plural(n, { one: 'held', other: 'held at # nodes' }),
    refused: 'refused',
    again: 'Send again',
    remove: 'Delete',
    timeUnknown: 'time unknown',
    arrivedAt: (time: string) => `arrived ${time}`,
    noName: 'no name',
    newKey: 'new key',
    details: 'Message',
    written: 'Written',
    arrived: 'Arrived here',
    state: 'Kept at',
    nodes: (n: number) => plural(n, { one: '# node', other: '# nodes' }),
    key: 'Key',
    keyWhy: 'Compare this code in person to be sure who writes. A name proves nothing.',
    newKeyWhy:
      'On this phone another key was seen under this name first. This may be a new phone, or ' +
      'somebody else.',
    clamped: 'The clock that dated this message cannot be right.',
    waitingWhy: 'On this phone, until a node takes it.',
    roleLabel: (role: string) => `Role: ${role}`,
    revokedWhy: 'An admin of the site revoked this key. It was admitted once; it is no more.',
  },

  role: { guest: 'guest', staff: 'staff', node: 'node', admin: 'admin', revoked: 'revoked' },

  refused: {
    'too-large': 'It is too large.',
    malformed: 'The node could not read it. Reload the page to get its newest version.',
    'version-unknown': 'This page and the node speak different versions. Reload the page.',
    'site-foreign': 'It was written for another site.',
    expired: 'It waited longer than a message may live.',
    'ticket-missing': 'The node does not know this phone’s admission yet.',
    'ticket-malformed': 'This phone’s admission is not valid any more.',
    'ticket-forged': 'This phone’s admission is not valid any more.',
    'ticket-expired': 'This phone’s admission has run out; a new one is there now.',
    'ticket-revoked': 'An admin of this site revoked this phone’s admission.',
    'ticket-not-yours': 'This phone’s admission belongs to another key.',
    'payload-over-role': 'It is longer than guests may write.',
    'lifetime-over-role': 'Your role changed since it was written.',
    'hops-over-role': 'Your role changed since it was written.',
    'lane-over-role': 'Your role changed since it was written.',
    'quota-author': 'You wrote a lot in a short time. It goes out as soon as the node allows.',
    'quota-guests': 'Many guests write right now. It goes out as soon as the node allows.',
    'signature-wrong': 'Its signature was not accepted.',
    'author-frozen': 'This key is frozen, so nobody takes messages from it.',
    'author-forked': 'Another message was signed under the same number. This key is frozen now.',
    'not-a-writer': 'Only the makers of this channel can write here.',
    'author-full': 'The node keeps as much from you as it may. Older ones have to go first.',
    'store-full': 'The node is full. It goes out when there is room.',
    'store-failed': 'The node could not write it to its card. It is tried again.',
    busy: 'The node is busy. It goes out in a moment.',
    other: 'The node did not take it.',
  } as Record<string, string> & { other: string },

  frozen: {
    title: 'Your key is frozen',
    why:
      'The nodes saw two different messages signed under one number, as if this key were ' +
      'copied. To keep others safe they take nothing more from it. Start again with a new key; ' +
      'people will see you as new.',
    button: 'Start with a new key',
  },

  here: {
    title: 'Who is here',
    openLabel: (people: number, nodes: number) =>
      `Who is here: ${plural(people, { one: '# person', other: '# people' })}, ` +
      plural(nodes, { one: '# other node linked', other: '# other nodes linked' }),
    people: (n: number) =>
      plural(n, { one: '# person at this node', other: '# people at this node' }),
    nodes: (n: number) =>
      n === 0
        ? 'No other node is linked right now.'
        : plural(n, { one: 'Linked with # other node.', other: 'Linked with # other nodes.' }),
    you: 'you',
    more: (n: number) => plural(n, { one: 'and # more', other: 'and # more' }),
    offline: 'This is known only while connected.',
  },

  safety: {
    title: 'What is protected',
    open: 'What is protected?',
    way: {
      encrypted:
        'The way to the node is encrypted: others on the Wi-Fi cannot read or change it. The ' +
        'page itself comes from the node, so it is as honest as the node is.',
      plain:
        'This page came over plain http. The node itself, or somebody who controls this Wi-Fi, ' +
        'could show you a false page. Use it for what may be said in public.',
      local: 'This page comes from a node on this very device.',
    },
    signedTitle: 'Who wrote it',
    signed:
      'Every message is signed on the phone of its author. Nodes that carry it cannot change it' +
      ' or write in somebody’s name.',
    publicTitle: 'Who can read it',
    public:
      'Channels of the site, public channels and announcements can be read by everybody there,' +
      ' and at the other sites with which a channel is shared.',
    private:
      'Private channels are encrypted with the key in their link. Whoever has the link can read' +
      ' them, also what was written before.',
    namesTitle: 'Names',
    names:
      'Anybody can choose any name. The small code beside a name comes from the key; compare it' +
      ' in person. Only staff and nodes wear a badge, and people of other sites the framed name' +
      ' of their site.',
    keysTitle: 'Your keys',
    keys:
      'They are made on this phone and stay in this browser. If you clear its data, they are ' +
      'gone, and you start as somebody new.',
    memory:
      'This browser window does not store anything. Close it, and your keys and messages are gone.',
    nodeTitle: 'What the node sees',
    node:
      'Which phone is connected, when it writes, in which channel, and everything in public ' +
      'channels. It cannot see what is said in private channels.',
  },

  settings: {
    title: 'Settings',
    name: 'Name',
    save: 'Save',
    saved: 'Saved. New messages carry the new name.',
    theme: 'Appearance',
    themes: { auto: 'Automatic', light: 'Light', dark: 'Dark' },
    storage: 'Kept on this phone',
    storageUsed: (megabytes: string) => `${megabytes} MB`,
    storageUnknown: 'unknown',
    waiting: 'Waiting to be sent',
    safety: 'What is protected',
    key: 'Your key',
    version: (version: string) => `Muster ${version}`,
    admin: 'Site admin',
    forget: 'Forget me on this phone',
    forgetWhy:
      'Deletes your keys, your channels and all messages from this phone. What you wrote stays ' +
      'on the nodes until it ends. Nobody can bring your keys back.',
    forgetWaiting: (n: number) =>
      plural(n, {
        one: '# message has not been sent yet.',
        other: '# messages have not been sent yet.',
      }),
    forgetConfirm: 'Delete my keys',
    memory: 'This window does not store anything: your keys are gone when you close it.',
    full: 'The phone could not store everything. It may be full.',
  },

  create: {
    title: 'New channel',
    name: 'Name',
    namePlaceholder: 'meeting-point',
    topic: 'Topic',
    topicPlaceholder: 'What is it for? (may be empty)',
    who: 'Who can read and write',
    button: 'Make the channel',
    nameMissing: 'Please give it a name.',
    nameTooLong: 'That name is too long.',
    topicTooLong: 'That topic is too long.',
    shortLife:
      'Your phone says the name and topic again while it is around, so that new people can find' +
      ' them.',
  },

  join: {
    title: 'Join a channel',
    why: 'Paste a link, or take a photo of a QR code.',
    label: 'Link or code',
    button: 'Join',
    photo: 'Photo of a code',
    camera: 'Use the camera',
    reading: 'Looking for a QR code…',
    noQr: 'No QR code was found in that photo. Go closer, and hold still.',
    noReader:
      'Reading QR codes needs a part of the page that only a node can send. Try again there.',
    noCamera: 'The camera could not be started.',
    notACode: 'This is not a link to a channel.',
  },

  share: {
    title: (name: string) => `Invite to ${name}`,
    why: 'Let others scan this with their camera.',
    privateWhy: 'Whoever has this code can read everything in the channel. Show it only to them.',
    copy: 'Copy link',
    copyCode: 'Copy',
    copied: 'Copied',
    send: 'Share link',
    link: 'Link',
    qrLabel: 'QR code with the link to the channel',
  },

  gate: {
    title: 'Being let in',
    waitTitle: 'Staff will let you in',
    place: (n: number) => (n === 1 ? 'You are next.' : `You are number ${n} in line.`),
    waitWhy: (site: string) =>
      `At ${site} somebody looks at who comes. Keep this page open; it goes on by itself.`,
    passTitle: 'Show your guest pass',
    passWhy: (site: string) =>
      `At ${site} guests come in with a pass: a QR code at the door or from staff.`,
    passLabel: 'Or paste it here',
    notAPass: 'This is not a guest pass.',
    trying: 'Showing it to the node…',
    goIn: 'Go in',
    refusedTitle: 'Not this time',
    askAgain: 'Ask again',
  },

  room: {
    title: 'People waiting',
    wait: (n: number) =>
      plural(n, { one: '# person waits to be let in', other: '# people wait to be let in' }),
    look: 'Look',
    why: 'They asked to come in at this node. A name is only what they call themselves.',
    nobody: 'Nobody waits at this node right now.',
    letIn: 'Let in',
    letInOne: (name: string) => `Let ${name} in`,
    notNow: 'Not now',
    notNowOne: (name: string) => `Do not let ${name} in now`,
  },

  pass: {
    make: 'Make a guest pass',
    why: 'Whoever shows it comes in as a guest, at every node of this site.',
    uses: 'For how many guests at each node',
    making: 'The node signs it…',
    failed: 'The node did not make a pass. Check the connection and try again.',
    show: (uses: number) =>
      plural(uses, {
        one: 'Let a guest scan this. It lets in # guest.',
        other: 'Let guests scan this, or print it. It lets in # guests at each node.',
      }),
    link: 'Link',
    qrLabel: 'QR code with the guest pass',
  },

  myKey: {
    open: 'Show my key',
    title: 'My key',
    why: 'An admin scans this to give you a role, such as staff. Nothing in it is secret.',
    label: 'As text',
    qrLabel: 'QR code with your key and name',
    compare: 'Let the admin compare this code with what they see.',
  },

  notice: {
    ok: 'OK',
    less: 'Less',
    promoted: {
      user: 'An admin admitted you: you may write more than guests now.',
      staff: 'You are staff now. Others see it beside your name.',
    } as Record<string, string> & { user: string },

    memory: 'This window stores nothing: keys and messages are gone when you close it.',
    storage: 'The phone is out of space: not everything could be stored.',
    more: 'More',
  },

  sheet: { close: 'Close', cancel: 'Cancel' },
  today: 'Today',
  yesterday: 'Yesterday',
};

export type Strings = typeof en;
