/**
 * How to make a phone or computer trust the site's authority, as data: the page and the command
 * line show the same words. The authority can vouch for local names and private addresses alone
 * (name-constraints.ts), which is said where people decide.
 */
export const trustSystems = ['android', 'iphone', 'windows', 'macos', 'linux', 'firefox'] as const;
export type TrustSystem = (typeof trustSystems)[number];

export interface TrustInstructions {
  readonly system: TrustSystem;
  readonly title: string;
  /** In order; the certificate is the file that the page offers as "site certificate". */
  readonly steps: readonly string[];
  readonly note?: string;
}

const texts: Readonly<Record<TrustSystem, Omit<TrustInstructions, 'system'>>> = {
  android: {
    title: 'Android',
    steps: [
      'Download the site certificate. If it opens by itself, close that window again.',
      'Open Settings and search for "CA certificate" (Security & privacy, More security ' +
        'settings, Encryption & credentials, Install a certificate).',
      'Choose CA certificate, then Install anyway.',
      'Confirm with your screen lock and choose the downloaded file.',
      'Open this page again with https.',
    ],
    note:
      'Android wants a screen lock (PIN, pattern or password) before it installs one, and says ' +
      'afterwards that the network may be monitored: this one can vouch for local addresses ' +
      'only. Firefox for Android uses it once "Use third party CA certificates" is on ' +
      '(Settings, About Firefox, tap the logo five times, back, Secret settings).',
  },
  iphone: {
    title: 'iPhone and iPad',
    steps: [
      'Open this page in Safari and download the site certificate. Allow the profile.',
      'Open Settings: near the top stands Profile Downloaded (else General, VPN & Device ' +
        'Management). Tap it, then Install, and enter your passcode.',
      'Second step, or nothing changes: Settings, General, About, at the very bottom ' +
        'Certificate Trust Settings. Switch the certificate of this site on.',
      'Open this page again with https.',
    ],
  },
  windows: {
    title: 'Windows (Edge, Chrome)',
    steps: [
      'Download the site certificate and open it.',
      'Choose Install Certificate, then Current User.',
      'Choose "Place all certificates in the following store", Browse, Trusted Root ' +
        'Certification Authorities.',
      'Finish, and confirm the security warning with Yes.',
      'Close the browser, open it again and open this page with https.',
    ],
  },
  macos: {
    title: 'macOS (Safari, Chrome)',
    steps: [
      'Download the site certificate and open it: Keychain Access adds it to the login keychain.',
      'Find it there under Certificates and double-click it.',
      'Open Trust, set "When using this certificate" to Always Trust, close the window and ' +
        'confirm with your password.',
      'Open this page again with https.',
    ],
  },
  linux: {
    title: 'Linux (Chrome, Chromium, command line)',
    steps: [
      'Chrome and Chromium: Settings, Privacy and security, Security, Manage certificates, ' +
        'Custom (older: Authorities), Import. Choose the site certificate and tick "Trust this ' +
        'certificate for identifying websites".',
      'Debian, Ubuntu: copy it to /usr/local/share/ca-certificates/muster-site.crt and run: ' +
        'sudo update-ca-certificates',
      'Fedora: copy it to /etc/pki/ca-trust/source/anchors/ and run: sudo update-ca-trust',
      'Open this page again with https.',
    ],
    note: 'The second and third step are for curl and other programs; a browser needs the first.',
  },
  firefox: {
    title: 'Firefox (computer)',
    steps: [
      'Open Settings, Privacy & Security, Certificates, View Certificates, Authorities, Import.',
      'Choose the site certificate and tick "Trust this CA to identify websites".',
      'Open this page again with https.',
    ],
  },
};

export function trustInstructions(system: TrustSystem): TrustInstructions {
  return { system, ...texts[system] };
}
