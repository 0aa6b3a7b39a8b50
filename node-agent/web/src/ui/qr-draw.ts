/** Draws a QR code as one SVG path: a chunk of its own, loaded when somebody is invited. */
import QRCode from 'qrcode';

export interface QrDrawing {
  /** Modules on a side. */
  readonly size: number;
  /** Path data over `size` × `size` units. */
  readonly path: string;
}

export function drawQr(text: string): QrDrawing {
  const { modules } = QRCode.create(text, { errorCorrectionLevel: 'M' });
  let path = '';
  for (let row = 0; row < modules.size; row++) {
    for (let column = 0; column < modules.size; column++) {
      if (modules.get(row, column)) path += `M${column} ${row}h1v1h-1z`;
    }
  }
  return { size: modules.size, path };
}
