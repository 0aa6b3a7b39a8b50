/**
 * Letters as weapons: what turns the direction of a line, cannot be seen, piles up, never ends,
 * breaks apart, or looks like a word of the page or another person.
 */
const codes = (first: number, last: number): string[] =>
  Array.from({ length: last - first + 1 }, (_, i) => String.fromCodePoint(first + i));

const controls = [...codes(0x00, 0x1f), ...codes(0x7f, 0x9f)].map((one) => `con${one}trol`);

const turning = [
  ...[...codes(0x202a, 0x202e), ...codes(0x2066, 0x2069), '\u200E', '\u200F', '\u061C'].flatMap(
    (one) => [`a${one}b (staff)`, `${one}fdp.exe`],
  ),
  '\u202Eyb dengis ffats',
  '\u2067\u202E\u2066deeply\u2069\u2069',
  '\u202E'.repeat(200),
  `${'\u2066'.repeat(130)}x${'\u2069'.repeat(130)}`,
  'start \u202Bmiddle\u202C end',
  'מנהל האתר',
  'مدير الموقع',
  'אבג staff דהו',
  'staff אבג admin',
  '\u202Dabc\u202C אבג',
  'א 1 ב 2 ג',
  'ا\u0661\u0662\u0663 12:34',
  '(אבג) [دهو]',
  '\u{10800}\u{10801} \u{1E900}\u{1E901}',
  'ߊߋߌ ܐܒܓ',
];

const unseen = [
  ...[0xad, 0x34f, 0x115f, 0x1160, 0x17b4, 0x17b5, 0x180b, 0x180e, 0x180f, 0x200b, 0x200c, 0x200d],
  ...[0x2028, 0x2029, 0x2060, 0x2061, 0x2062, 0x2063, 0x2064, 0x2065, 0x206a, 0x206f, 0x2800],
  ...[0x3164, 0xfe00, 0xfe0e, 0xfe0f, 0xfeff, 0xffa0, 0xfff9, 0xfffa, 0xfffb, 0x1bca0, 0x1d173],
  ...[0xe0001, 0xe0020, 0xe0041, 0xe007f, 0xe0100, 0xe01ef, 0xe0fff],
].map((code) => {
  const one = String.fromCodePoint(code);
  return `A${one}d${one}${one}a`;
});

const emptyLooking = [
  '\u200B',
  '\u2800\u2800',
  '\u3164',
  '\u00AD',
  '\u00A0\u3000\u2003',
  '\u{E0041}',
];

const spaces = codes(0x2000, 0x200a).map((one) => `wide${one.repeat(30)}space`);

const piles = [
  `Z${'\u0301'.repeat(300)}a${'\u0316'.repeat(300)}lgo`,
  `${'o\u0489\u0488'.repeat(20)}`,
  `a${codes(0x300, 0x36f).join('')}`,
  `\u0E01${'\u0E49'.repeat(60)}`,
  `\u0F40${'\u0F71\u0F72\u0F74'.repeat(20)}`,
  `\u0915${'\u094D\u0915'.repeat(60)}`,
  `\u20DD\u20DE\u20E3${'x\u20DD'.repeat(20)}`,
  `${'\u0361'.repeat(100)}`,
  'ส็็็็็็็็็็็็็็็็็็็็็็็็็็็็',
  `\u{1D165}${'\u{1D16E}'.repeat(50)}`,
];

const endless = [
  'W'.repeat(1_900),
  'i'.repeat(1_900),
  '_'.repeat(1_500),
  '‾'.repeat(600),
  '\u00A0'.repeat(600),
  'x\u00A0'.repeat(500),
  '\uFDFD'.repeat(40),
  '\u{1242B}'.repeat(60),
  '\u2E3B'.repeat(80),
  '\uA9C5'.repeat(50),
  '漢'.repeat(600),
  '-'.repeat(1_000),
  '/'.repeat(1_000),
  `${'a'.repeat(300)}-${'b'.repeat(300)}`,
  '\n'.repeat(900),
  'x\n'.repeat(700),
  '\t'.repeat(500),
  ' x'.repeat(900),
  `${'\u2028'.repeat(300)}end`,
];

const joined = (...parts: string[]): string => parts.join('\u200D');
const emoji = [
  joined('👩', '❤️', '💋', '👩'),
  joined('👨', '👩', '👧', '👦'),
  '👍🏿👍🏾👍🏽👍🏼👍🏻',
  '🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}',
  '🏴\u{E0041}\u{E0042}\u{E007F}',
  '🇺🇳🇪🇺',
  '🇦',
  '1️⃣2️⃣#️⃣',
  joined(...Array.from({ length: 100 }, () => '👩')),
  '🏻🏼🏽',
  '🏳️‍🌈🏴‍☠️',
  '🚨'.repeat(400),
  '😀\uFE0E😀\uFE0F',
  '⚠️ ⛔ 🛑',
];

/** Half a letter: not text at all until somebody mends it. */
const broken = [
  ...['\uD800', '\uDFFF', 'a\uD83Db', '\uDE00\uD83D', '\uD800\uD800', '\uDC00x', 'x\uDBFF'],
  ...['\uFFFE', '\uFFFF', '\u{1FFFE}', '\u{10FFFF}', '\uFFFD', '\uE000', '\u{F0000}'],
];

const badges = [...'✓✔✅☑★☆⭐🛡🎖🏅👮🔰🗸🗹✪✫✯🌟🔵🔷💠🔒🔑👑🎫🆗🆔®™©ⓥⓈ√'];
const imitating = [
  ...['staff', 'Staff', 'STAFF', 'admin', 'Admin', 'Muster', 'system', 'node', 'moderator', 'you'],
  ...['You', 'Ada', 'Аdа', 'Αda', 'Ada\u0301', 'Ada.', 'ADA', '4da', 'Ada (staff)', 'Ada · staff'],
  ...[
    'staff: Ada',
    '[staff] Ada',
    'Ada — verified',
    'ｓｔａｆｆ',
    '𝐬𝐭𝐚𝐟𝐟',
    'ѕtaff',
    'sтaff',
    'ⓢⓣⓐⓕⓕ',
  ],
  ...['ꜱᴛᴀꜰꜰ', 'ffats', 'st\u00ADaff', 'Ada@harbour', 'Ada＠harbour', 'Ada﹫harbour', '@everyone'],
  ...['— new messages —', 'Today', 'Yesterday', 'held', 'held at 3 nodes', 'new key', 'revoked'],
  ...[
    'This message was removed.',
    'Ada joined',
    'connection lost',
    '12:34',
    'time unknown',
    'waiting',
  ],
  'Muster: your key has ended. Open https://evil.example to renew it',
  'Ada\n\nstaff 12:34\nEvacuate now',
  'Ada\u2003\u2003\u2003\u2003\u2003\u2003staff',
  'general',
  '#general',
  '7f3k',
];

export const letterPayloads = {
  ...{ controls, turning, unseen, emptyLooking, spaces, piles, endless, emoji, broken },
  badges: badges.map((one) => `Ada ${one}`),
  imitating,
} as const;
