/**
 * Hosts, Origins and request lines as browsers, proxies and attackers send them, and whether the
 * box may answer: what a page from elsewhere can make its visitor's browser say (DNS rebinding,
 * cross-site requests), and what only a raw socket can. As bytes, because browsers tidy them.
 */
export interface DoorCase {
  readonly name: string;
  /** Header lines, Host among them or not. */
  readonly headers: readonly string[];
  readonly isServed: boolean;
  /** In front of the path: the absolute form of a request target (RFC 9112, 3.2.2). */
  readonly targetPrefix?: string;
}

/** What a box of port `port` goes by: its node is called Gate 7, as a host `gate-7`. */
export function doorCases(port: number): DoorCase[] {
  return [
    ...goodHosts(port).map((host) => hostCase(host, true)),
    ...badHosts(port).map((host) => hostCase(host, false)),
    ...goodOrigins(port).map(([host, origin]) => originCase(host, origin, true)),
    ...badOrigins(port).map((origin) => originCase(`localhost:${port}`, origin, false)),
    ...crossedOrigins(port).map(([host, origin]) => originCase(host, origin, false)),
    ...oddRequests(port),
  ];
}

function hostCase(host: string, isServed: boolean): DoorCase {
  return { name: `Host: ${host}`, headers: [`Host: ${host}`], isServed };
}

function originCase(host: string, origin: string, isServed: boolean): DoorCase {
  const headers = [`Host: ${host}`, `Origin: ${origin}`];
  return { name: `Origin: ${origin} at ${host}`, headers, isServed };
}

const goodHosts = (port: number): string[] => [
  ...['localhost', 'LOCALHOST', 'LocalHost', 'localhost.', 'gate-7', 'gate-7.local'].map(
    (name) => `${name}:${port}`,
  ),
  ...['GATE-7.LOCAL', 'gate-7.local.', '127.0.0.1', '127.0.0.1.', '127.1.2.3', '[::1]'].map(
    (name) => `${name}:${port}`,
  ),
  ...['[0:0:0:0:0:0:0:1]', '[::0001]', '[::ffff:127.0.0.1]'].map((name) => `${name}:${port}`),
  ...['camp.example', 'CAMP.example', 'camp.example.', `camp.example:${port}`],
  ...['shop.example:443', 'Shop.Example:443'],
];

const foreignNames = [
  // A name of the attacker's that was bound anew to this machine's address.
  ...['evil.example', 'evil.example.', 'EVIL.EXAMPLE', 'evil', 'evil.local', 'a.evil.example'],
  // Names that hold ours, or nearly are ours.
  ...['localhost.evil.example', 'localhost-evil.example', 'xlocalhost', 'localhostx'],
  ...['evil.localhost', 'localhost..', '.localhost', 'local_host', 'localhost.localdomain'],
  ...['gate-7.local.evil.example', 'evil.gate-7.local', 'gate-7.localx', 'gate-77', 'gate_7'],
  ...['gate-7.lan', 'gate-7.home.arpa', 'camp.example.evil.example', 'xcamp.example'],
  ...['127.0.0.1.evil.example', '127.0.0.1.nip.io', '1.0.0.127.in-addr.arpa', 'ip6-localhost'],
  // Addresses that are not this machine's, and the ways to write one that only some parsers know.
  ...['0.0.0.0', '10.66.66.66', '192.0.2.1', '169.254.169.254', '224.0.0.251', '255.255.255.255'],
  ...['127.1', '127.0.1', '2130706433', '0x7f000001', '0x7f.0.0.1', '0177.0.0.1', '017700000001'],
  ...['127.000.000.001', '127.0.0.1%00', '127.0.0.256', '127.0.0', '127。0。0。1'],
  ...['[::]', '[::2]', '[fe80::66]', '[::ffff:192.0.2.1]', '[64:ff9b::7f00:1]', '[2002:7f00:1::]'],
  ...['[::1', '::1]', '::1', '[[::1]]', '[::1]x', '[::1].', '[localhost]', '[127.0.0.1]'],
  // Homographs, as they are and in punycode; full-width letters, which IDNA folds into ours.
  ...['lоcalhost', 'xn--lcalhost-ljg', 'xn--localhost-', 'ｌocalhost', 'localhost\u00ad'],
  ...['xn--gate-7-', 'gаte-7.local', 'gate‐7.local', 'gate-7.ⅼocal'],
  // What a name must not hold.
  ...['', '*', '-', '.', '..', 'null', 'undefined', 'file', '[object Object]', '%6cocalhost'],
  ...['local host', 'localhost\t', 'localhost,evil.example', 'localhost;evil.example'],
  ...['localhost/', 'localhost\\', 'localhost?', 'localhost#', "localhost'", 'localhost"'],
  ...[
    'user@localhost',
    'user:pw@localhost',
    '@localhost',
    'localhost@evil.example',
    'a'.repeat(300),
  ],
];

const badHosts = (port: number): string[] => [
  ...foreignNames.map((name) => `${name}:${port}`),
  ...['localhost', '127.0.0.1', '[::1]', 'gate-7.local', 'shop.example', 'camp.example:80'],
  ...[`localhost:${port + 1}`, 'localhost:0', 'localhost:-1', 'localhost:', 'localhost:99999'],
  ...[`localhost:${port}:${port}`, `localhost:${port}0000`, `localhost:0x${port.toString(16)}`],
  ...[`localhost:+${port}`, `localhost: ${port}`, `localhost:${port}/`, `localhost:${port}@evil`],
  ...[`localhost:${port}.`, `localhost:${port},evil.example`, `localhost:${port} evil.example`],
  ...[`http://localhost:${port}`, `//localhost:${port}`, `evil.example, localhost:${port}`],
];

const goodOrigins = (port: number): (readonly [string, string])[] => [
  ...['localhost', '127.0.0.1', '[::1]', 'gate-7.local', 'camp.example'].map(
    (name) => [`${name}:${port}`, `http://${name}:${port}`] as const,
  ),
  [`LOCALHOST:${port}`, `http://localhost:${port}`],
  [`localhost.:${port}`, `http://localhost:${port}`],
  // A proxy that speaks https stands before the box.
  ['camp.example', 'https://camp.example'],
  ['camp.example', 'http://camp.example'],
  ['shop.example:443', 'https://shop.example'],
];

const badOrigins = (port: number): string[] => [
  ...['null', 'NULL', '', ' ', 'undefined', '*', 'localhost', `localhost:${port}`],
  ...['file://', 'file:///', 'file:///etc/passwd', 'about:blank', 'data:', 'blob:null'],
  ...['chrome-extension://aapbdbdomjkkjkaonfhkkikfgjllcleb', 'moz-extension://1-2-3-4'],
  ...[
    'safari-web-extension://1-2-3',
    'app://localhost',
    'capacitor://localhost',
    'ionic://localhost',
  ],
  ...['resource://gre', 'view-source:http://localhost', 'javascript:0', 'ws://localhost'],
  ...[`ws://localhost:${port}`, `wss://localhost:${port}`, `ftp://localhost:${port}`],
  ...[`blob:http://localhost:${port}`, `filesystem:http://localhost:${port}`],
  ...['http://evil.example', 'https://evil.example', `http://evil.example:${port}`],
  ...[
    'http://localhost',
    'https://localhost',
    `http://localhost:${port + 1}`,
    'http://localhost:80',
  ],
  ...[`http://localhost:${port}.evil.example`, `http://localhost.evil.example:${port}`],
  ...[`http://localhost:${port}@evil.example`, `http://evil.example@localhost:${port}`],
  ...[`http://u:p@localhost:${port}`, `http://localhost:${port}/`, `http://localhost:${port}/x`],
  ...[`http://localhost:${port}?`, `http://localhost:${port}#`, `http://localhost:${port}\\`],
  ...[
    `http://localhost:${port} http://evil.example`,
    `http://localhost:${port},http://evil.example`,
  ],
  ...[`http://evil.example, http://localhost:${port}`, `http:///localhost:${port}`],
  ...[`http:localhost:${port}`, `//localhost:${port}`, `http://xlocalhost:${port}`],
  ...[`http://lоcalhost:${port}`, `http://xn--lcalhost-ljg:${port}`, `http://127.1:${port}`],
  ...[`http://2130706433:${port}`, `http://0x7f000001:${port}`, `http://localhost%00:${port}`],
];

/** Each is good by itself; together they are two pages. */
const crossedOrigins = (port: number): (readonly [string, string])[] => [
  [`localhost:${port}`, `http://127.0.0.1:${port}`],
  [`127.0.0.1:${port}`, `http://localhost:${port}`],
  [`127.0.0.1:${port}`, `http://127.0.0.2:${port}`],
  [`[::1]:${port}`, `http://localhost:${port}`],
  [`camp.example:${port}`, 'http://camp.example'],
  ['camp.example', `http://camp.example:${port}`],
  [`gate-7.local:${port}`, `http://gate-7:${port}`],
];

function oddRequests(port: number): DoorCase[] {
  const own = `Host: localhost:${port}`;
  const evil = 'Host: evil.example';
  const refused = (name: string, headers: readonly string[], targetPrefix = ''): DoorCase => ({
    ...{ name, headers, targetPrefix, isServed: false },
  });
  const served = (name: string, headers: readonly string[]): DoorCase => ({
    ...{ name, headers, isServed: true },
  });
  return [
    refused('no Host', []),
    refused('two Hosts, ours first', [own, evil]),
    refused('two Hosts, ours last', [evil, own]),
    refused('our Host twice', [own, own]),
    refused('two Origins, ours first', [own, `Origin: http://localhost:${port}`, 'Origin: null']),
    refused('two Origins, ours last', [own, 'Origin: null', `Origin: http://localhost:${port}`]),
    refused('our Origin twice', [own, ...twice(`Origin: http://localhost:${port}`)]),
    refused('a folded Host', ['Host: evil.example', ` localhost:${port}`]),
    refused('a space before the colon', [`Host : localhost:${port}`]),
    refused('a NUL in the Host', [`Host: localhost:${port}\0.evil.example`]),
    refused('a bare line feed in the Host', [`Host: evil.example\nX: localhost:${port}`]),
    refused('X-Forwarded-Host in place of ours', [evil, `X-Forwarded-Host: localhost:${port}`]),
    refused('Forwarded in place of ours', [evil, `Forwarded: host=localhost:${port}`]),
    refused('X-Host in place of ours', [evil, `X-Host: localhost:${port}`]),
    refused('an absolute target of ours', [evil], `http://localhost:${port}`),
    refused('an absolute target beside ours', [own], 'http://evil.example'),
    refused('an absolute target with a name', [own], `http://localhost@evil.example:${port}`),
    refused('an absolute target over https', [own], `https://localhost:${port}`),
    refused('a file as the target', [own], 'file://'),
    refused('half a target', [own], 'http:'),
    // Nobody believes them, so they do no harm either.
    served('a foreign X-Forwarded-Host', [own, 'X-Forwarded-Host: evil.example']),
    served('a foreign X-Forwarded-For', [own, 'X-Forwarded-For: 127.0.0.1, 10.0.0.1']),
    served('a foreign Forwarded', [own, 'Forwarded: host=evil.example;for=1.2.3.4']),
    served('a foreign X-Original-URL', [own, 'X-Original-URL: /metrics']),
    served('a foreign Referer', [own, 'Referer: http://evil.example/']),
  ];
}

const twice = (line: string): string[] => [line, line];
