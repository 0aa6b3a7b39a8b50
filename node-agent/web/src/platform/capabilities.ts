/**
 * What this browser offers at this address. On plain http there is no service worker, camera or
 * clipboard: the page works without them and offers them where they are.
 */
export interface Capabilities {
  /** True on https and localhost. */
  readonly secure: boolean;
  /** How the page comes from the node: over an encrypted way, in the open, or from this device. */
  readonly way: 'encrypted' | 'plain' | 'local';
  readonly camera: boolean;
  readonly clipboard: boolean;
  readonly share: boolean;
}

export function capabilities(): Capabilities {
  const secure = globalThis.isSecureContext === true;
  const encrypted = location.protocol === 'https:';
  return {
    secure,
    way: encrypted ? 'encrypted' : secure ? 'local' : 'plain',
    camera: secure && typeof navigator.mediaDevices?.getUserMedia === 'function',
    clipboard: secure && typeof navigator.clipboard?.writeText === 'function',
    share: secure && typeof navigator.share === 'function',
  };
}
