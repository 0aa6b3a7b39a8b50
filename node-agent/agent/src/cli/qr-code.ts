/** A QR code for a terminal: two modules a character, dark on light where colour is allowed. */

export async function qrCodeLines(text: string, colour: boolean): Promise<string[]> {
  const { default: qrcode } = await import('qrcode');
  const { modules } = qrcode.create(text, { errorCorrectionLevel: 'M' });
  const { size } = modules;
  const quiet = 2;
  const isDark = (row: number, column: number): boolean =>
    row >= 0 && row < size && column >= 0 && column < size && modules.get(row, column) === 1;
  const lines: string[] = [];
  for (let row = -quiet; row < size + quiet; row += 2) {
    let line = '';
    for (let column = -quiet; column < size + quiet; column++) {
      // Without colour the light modules are drawn, since most terminals are dark.
      const top = isDark(row, column) === colour;
      const bottom = isDark(row + 1, column) === colour;
      line += top ? (bottom ? '█' : '▀') : bottom ? '▄' : ' ';
    }
    lines.push(colour ? `\u001b[38;5;16;48;5;231m${line}\u001b[0m` : line);
  }
  return lines;
}
