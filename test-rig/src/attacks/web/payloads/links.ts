/**
 * Addresses that lead where they do not say, or that do something instead of leading anywhere. Of
 * all of them only plain web addresses may become links, and those must show where they go.
 */
const hosts = ['evil.example'];

const schemes = [
  ...['javascript', 'JavaScript', 'JAVASCRIPT', 'jAvAsCrIpT', 'vbscript', 'livescript', 'mocha'],
  ...['data', 'blob', 'filesystem', 'file', 'about', 'view-source', 'chrome', 'resource', 'jar'],
  ...['ws', 'wss', 'ftp', 'tel', 'sms', 'mailto', 'intent', 'market', 'ms-msdt', 'smb', 'ssh'],
  ...['steam', 'magnet', 'geo', 'facetime', 'x-apple-helpbook', 'itms-services', 'web+x'],
];

const bodies: Readonly<Record<string, string>> = {
  data: 'data:text/html,<script>parent.hit(1)</script>',
  blob: 'blob:http://localhost/0f0f-0f0f',
  filesystem: 'filesystem:http://localhost/temporary/x.html',
  about: 'about:blank#hit(1)',
  'view-source': 'view-source:http://localhost',
  mailto: 'mailto:evil@example?attach=/etc/passwd',
};

const ofSchemes = schemes.map((scheme) => bodies[scheme] ?? `${scheme}:hit(1)`);

const disguised = [
  'java\tscript:hit(1)',
  'java\nscript:hit(1)',
  'java\u0000script:hit(1)',
  'java\u00ADscript:hit(1)',
  'java\u200Bscript:hit(1)',
  ' javascript:hit(1)',
  '\u0001javascript:hit(1)',
  '\u3000javascript:hit(1)',
  'javascript&colon;hit(1)',
  'javascript&#58;hit(1)',
  'javascript&#x3A;hit(1)',
  'javascript%3Ahit(1)',
  'javascript\uFF1Ahit(1)',
  'ｊａｖａｓｃｒｉｐｔ:hit(1)',
  'ϳavascript:hit(1)',
  'javascript://evil.example/%0Ahit(1)',
  'javascript://https://ok.example/%0Ahit(1)',
  'https://ok.example/ javascript:hit(1)',
  'javascript:hit(1)//https://ok.example',
  'data:text/html;base64,PHNjcmlwdD5oaXQoMSk8L3NjcmlwdD4=',
  'data:image/svg+xml,<svg xmlns=http://www.w3.org/2000/svg onload=hit(1)>',
  'data:,https://ok.example',
  'DATA:TEXT/HTML,<script>hit(1)</script>',
  'feed:javascript:hit(1)',
  'url:javascript:hit(1)',
];

const deceiving = [
  ...hosts.flatMap((host) => [
    `http://bank.example@${host}/`,
    `https://bank.example:443@${host}/`,
    `https://bank.example%40${host}/`,
    `https://user:secret@${host}/`,
    `https://@${host}/`,
    `https://:@${host}/`,
    `https://bank.example\\@${host}/`,
    `https://${host}\\.bank.example/`,
    `https://${host}#@bank.example`,
    `https://${host}?@bank.example`,
    `https://bank.example.${host}/`,
    `https:${host}`,
    `https:/${host}`,
    `https:///${host}`,
    `https:\\\\${host}`,
    `http:////${host}`,
    `//${host}`,
    `\\\\${host}\\share`,
    `https://${host}:0/`,
    `https://${host}:65536/`,
    `https://${host}:443:443/`,
    `https://${host.toUpperCase()}/`,
    `HTTPS://${host}/`,
    `hTtPs://${host}/`,
  ]),
  ...['https://bаnk.example/', 'https://xn--bnk-7cd.example/', 'https://ɡoogle.example/'],
  ...['https://bank。example/', 'https://bank．example/', 'https://bank｡example/'],
  ...['https://ｂａｎｋ.example/', 'https://ⓑⓐⓝⓚ.example/', 'https://bank.exаmple/path'],
  ...['https://раураl.example/', 'https://ëxample.example/', 'https://例え.example/'],
  ...[
    'https://bank\u2024example/',
    'https://bank\u00ADsafe.example/',
    'https://bank\u200B.example',
  ],
  ...['https://bank.example\u2044login.evil.example/', 'https://bank.example\u2215x.evil.example'],
  ...['https://bank.example\u202Emoc.live', 'https://\u202Eelpmaxe.knab/', 'https://a\u2066b/'],
  ...['https://bank.example/\u202Egpj.exe', 'https://bank.example/%E2%80%AEgpj.exe'],
  ...['http://[::1]/', 'http://[::ffff:127.0.0.1]/', 'http://[::1%25eth0]/', 'http://[evil]/'],
  ...['http://127.0.0.1/', 'http://2130706433/', 'http://0x7f.1/', 'http://0177.1/', 'http://1/'],
  ...['http://localhost/', 'http://router.local/', 'http://169.254.169.254/latest/meta-data/'],
  ...[
    'http://',
    'https://',
    'http://.',
    'http://..',
    'http://?',
    'http://#',
    'http:// ',
    'http://-',
  ],
  ...['https://evil.example/<script>hit(1)</script>', 'https://evil.example/"onmouseover="hit(1)'],
  ...["https://evil.example/'onmouseover='hit(1)", 'https://evil.example/`x`', 'https://x/%00'],
  ...[
    'https://evil.example/%0d%0aSet-Cookie:x=1',
    'https://evil.example/%',
    'https://evil.example/%zz',
  ],
  ...['https://evil.example/(x)', 'https://evil.example/x).', 'https://evil.example/x],'],
  ...['https://evil.example/x…', 'https://evil.example/x»', '(https://evil.example)'],
  ...['https://evil.example,https://ok.example', 'https://evil.examplehttps://ok.example'],
  ...[
    'https://%65vil.example/',
    'https://evil%2Eexample/',
    'https://evil.example%2F@bank.example/',
  ],
  ...['https://bank.example%E3%80%82evil.example/', 'https://bank.example%00.evil.example/'],
  `https://evil.example/${'a'.repeat(1_500)}`,
  `https://${'a.'.repeat(120)}example/`,
  `https://${'a'.repeat(70)}.example/`,
  `https://evil.example/${'%20'.repeat(300)}`,
  'https://ok.example/ '.repeat(60),
];

export const linkPayloads = { ofSchemes, disguised, deceiving } as const;
