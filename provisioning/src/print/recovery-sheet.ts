/**
 * The recovery sheet: the site's root key on paper, as words and as a QR code of the same words,
 * with what it is for and what to do. Made to be printed and locked away, never to be kept as a
 * file: whoever reads it is the site.
 */
import { escapeHtml, printPage, svgElement } from './html.ts';

export interface RecoverySheet {
  readonly siteName: string;
  /** 24 words. */
  readonly words: string;
  /** QR code of the words. */
  readonly qrSvg: string;
  /** As people of the site write it. */
  readonly date: string;
}

const style = `
body { font: 11pt/1.4 sans-serif; color: #000; background: #fff; margin: 18mm }
h1 { font-size: 20pt; margin: 0 0 2mm }
h2 { font-size: 13pt; margin: 7mm 0 2mm }
p, li { max-width: 170mm }
.warning { border: 0.6mm solid #000; padding: 3mm 4mm; font-weight: bold }
.key { display: flex; gap: 10mm; align-items: flex-start; break-inside: avoid }
.words { columns: 3; column-gap: 8mm; list-style: none; margin: 0; padding: 0; flex: 1 }
.words li { font: 13pt/1.9 monospace; break-inside: avoid; white-space: nowrap }
.words b { display: inline-block; width: 3ch; text-align: right; font-weight: normal; color: #555 }
.qr svg { width: 42mm; height: 42mm; display: block }
.line { border-bottom: 0.3mm solid #000; display: inline-block; width: 55mm }
`.trim();

/** An HTML document without script; a RangeError unless there are 24 words. */
export function recoverySheetHtml({ siteName, words, qrSvg, date }: RecoverySheet): string {
  const list = words.split(' ');
  if (list.length !== 24) throw new RangeError('a recovery sheet has 24 words');
  const name = escapeHtml(siteName);
  const body = `
<h1>Recovery sheet of ${name}</h1>
<p>Made on ${escapeHtml(date)} with Muster. One sheet is enough; two in two places are better.</p>
<p class="warning">Whoever has this sheet is the site: they can make admins and nodes, and remove
yours. Lock it away. Never photograph it, never send it, delete the file that you printed.</p>
<h2>The 24 words</h2>
<div class="key">
<ol class="words">
${list.map((word, i) => `<li><b>${i + 1}</b> ${escapeHtml(word)}</li>`).join('\n')}
</ol>
<div class="qr">${svgElement(qrSvg)}</div>
</div>
<p>The words are read down each column, 1 to 24. The code beside them says the same.</p>
<h2>What it is for</h2>
<p>Muster keeps the root key of the site in a vault, the file <code>admin.vault</code>, under a
passphrase. You need this sheet when the passphrase is forgotten or the vault is lost: the machine
is gone, the card is worn out, the file is damaged. Day by day you do not need it.</p>
<h2>What to do then</h2>
<ol>
<li>On a computer that you trust, run <code>muster site recover</code> and type the 24 words.</li>
<li>It first shows that the words belong to this site, and only then asks for a new passphrase and
makes a new vault with a new admin key.</li>
<li>Was the vault or its machine stolen? Then revoke the old admin: <code>muster admin list</code>,
<code>muster admin revoke</code>. Nodes and phones go on as they are.</li>
<li>Print a new sheet only if this one is damaged: the words stay the same.</li>
</ol>
<p>Try it once now, before you need it: <code>muster vault check --words</code> asks for the words
and says whether they are right, without changing anything.</p>
<p>Kept at: <span class="line"></span> Checked on: <span class="line"></span></p>`;
  return printPage({ title: `Recovery sheet of ${siteName}`, style, body: body.trim() });
}
