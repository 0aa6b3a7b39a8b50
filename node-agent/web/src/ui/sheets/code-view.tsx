/** A code to hold up: drawn as a QR code, with its text below to copy or to type. */
import { useEffect, useState } from 'preact/hooks';
import { s } from '../../strings/sheet.en.ts';
import type { QrDrawing } from '../qr-draw.ts';
import { offers } from '../ui-state.ts';

interface CodeProps {
  readonly text: string;
  /** What the field with the text is called. */
  readonly label: string;
  /** What the picture is, for those who do not see it. */
  readonly drawingLabel: string;
}

export function CodeView({ text, label, drawingLabel }: CodeProps) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <>
      <QrView text={text} label={drawingLabel} />
      <label class="field">
        <span class="field-label">{label}</span>
        <input readOnly value={text} onFocus={(event) => event.currentTarget.select()} />
      </label>
      {offers.clipboard && (
        <button type="button" class="quiet-button" onClick={() => void copy()}>
          {copied ? s.share.copied : s.share.copyCode}
        </button>
      )}
    </>
  );
}

export function QrView({ text, label }: { text: string; label: string }) {
  const [drawing, setDrawing] = useState<QrDrawing>();
  useEffect(() => {
    if (text === '') return;
    // Without a node the drawing may be missing; the text below it is enough then.
    import('../qr-draw.ts').then(
      ({ drawQr }) => setDrawing(drawQr(text)),
      () => undefined,
    );
  }, [text]);
  return (
    <div class="qr">
      {drawing && (
        <svg
          viewBox={`-3 -3 ${drawing.size + 6} ${drawing.size + 6}`}
          role="img"
          aria-label={label}
        >
          <path d={drawing.path} />
        </svg>
      )}
    </div>
  );
}
