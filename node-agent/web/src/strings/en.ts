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
    otherSite: 'Go to the site that is here',
    waiting: (place: number) => `waiting, number ${place}`,
  },

  list: {
    joinIt: 'Join',
    hereLabel: (people: number, nodes: number) =>
      `Who is here: ${plural(people, { one: '# person', other: '# people' })}, ` +
      plural(nodes, { one: '# other node linked', other: '# other nodes linked' }),
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
    roleLabel: (role: string) => `Role: ${role}`,
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
  },

  safety: {
    open: 'What is protected?',
    memory:
      'This browser window does not store anything. Close it, and your keys and messages are gone.',
  },

  notice: {
    outside: 'You are not let in yet.',
    waits: (n: number) =>
      plural(n, { one: '# person waits to be let in', other: '# people wait to be let in' }),
    look: 'Look',
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
