/**
 * The words of the sheets and of whoever is not let in yet, in English: a part of their chunk, not
 * of the first load. The rest is in en.ts, and the same holds for both.
 */
import { pluralIn } from './plural.ts';

const plural = pluralIn('en');

export const s = {
  safety: {
    title: 'What is protected',
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
    why: 'They asked to come in at this node. A name is only what they call themselves.',
    nobody: 'Nobody waits at this node right now.',
    letIn: 'Let in',
    letInOne: (name: string) => `Let in ${name}`,
    notNow: 'Not now',
    notNowOne: (name: string) => `Not now: ${name}`,
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

  kindWhy: {
    site: 'Everybody at this site can read and write here.',
    public: 'Everybody at this site can find, read and write here.',
    private: 'Only people with its link or QR code can read here.',
    announcement: 'Everybody can read; only its makers can write.',
    federated: 'The admins of both sites let it come here. Its authors are people of that site.',
  },

  here: {
    title: 'Who is here',
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

  nearby: {
    open: 'Nearby',
    title: 'Nearby',
    why:
      'What the node here hears by Bluetooth: other nodes of this site, and tags that people ' +
      'carry.',
    asking: 'Asking the node…',
    asOf: (time: string) => `As of ${time}.`,
    nodes: 'Nodes',
    nobody:
      'No other node is heard right now. Bluetooth reaches through a room or two, or across a ' +
      'yard.',
    nameless: 'A node of this site',
    level: { near: 'near now', around: 'around' },
    seen: (time: string) => `seen ${time}`,
    ago: {
      now: 'less than a minute ago',
      minutes: (n: number) => plural(n, { one: '# minute ago', other: '# minutes ago' }),
      hours: (n: number) => plural(n, { one: '# hour ago', other: '# hours ago' }),
    },
    link: {
      lan: 'linked by cable or Wi-Fi',
      radio: 'linked by Bluetooth',
      metered: 'linked by a metered line',
      none: 'not linked',
    },
    count: (near: number, around: number) =>
      near + around === 0
        ? 'Nothing is heard right now.'
        : near === 0
          ? `${around} around.`
          : around === 0
            ? `${near} near now.`
            : `${near} near now, ${around} around.`,
    carriers: 'Tags of this site',
    carriersWhy: 'Things with the site’s tag belong to people, so they are counted and not named.',
    carriersSeen: (n: number) => `${n} seen earlier.`,
    away: {
      off: 'Bluetooth is switched off in the settings of this node.',
      starting: 'Bluetooth is starting on this node.',
      'no-bus': 'This node has no Bluetooth.',
      'no-daemon': 'Bluetooth does not run on this node.',
      'not-answering': 'Bluetooth hangs on this node.',
      'no-adapter': 'This node has no Bluetooth radio.',
      'powered-off': 'Bluetooth is switched off on this node.',
      blocked: 'Bluetooth is blocked on this node, as by a flight mode.',
      'not-permitted': 'The system of this node does not let Muster use Bluetooth.',
      other: 'Bluetooth does not work on this node right now.',
    },
    mend: (what: string) => `For whoever looks after it: ${what}`,
  },

  frozen: {
    why:
      'The nodes saw two different messages signed under one number, as if this key were ' +
      'copied. To keep others safe they take nothing more from it. Start again with a new key; ' +
      'people will see you as new.',
    button: 'Start with a new key',
  },

  join: {
    title: 'Join a channel',
    why: 'Paste a link, or take a photo of a QR code.',
    label: 'Link or code',
    photo: 'Photo of a code',
    camera: 'Use the camera',
    reading: 'Looking for a QR code…',
    noQr: 'No QR code was found in that photo. Go closer, and hold still.',
    noReader:
      'Reading QR codes needs a part of the page that only a node can send. Try again there.',
    noCamera: 'The camera could not be started.',
    notACode: 'This is not a link to a channel.',
  },

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

  message: {
    reach: 'How far it goes',
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
    revokedWhy: 'An admin of the site revoked this key. It was admitted once; it is no more.',
  },

  via: {
    why:
      'A device or a program sent this to a node by MQTT. The node signed it, no person did, and ' +
      'the name is what the device is called.',
    keyWhy: 'This is the key of the node that signed.',
  },
};
