/**
 * Whether this page is protected, and how it gets so: the site's own certificate, installed once on
 * each phone. It vouches for this site's boxes and for nothing else. Without it everything works
 * but for what browsers forbid on plain http, and this page says what.
 */
import { useEffect, useState } from 'preact/hooks';
import { s } from '../../strings/sheet.en.ts';
import { m } from '../../strings/site.en.ts';
import { ShieldIcon, WarnIcon } from '../../ui/icons.tsx';
import { QrView } from '../../ui/sheets/code-view.tsx';
import { offers } from '../../ui/ui-state.ts';
import { Empty } from '../parts/empty.tsx';
import { type HttpsTrust, readHttpsTrust } from './https-trust.ts';

type Asked = HttpsTrust | 'asking' | 'failed';

export function HttpsView() {
  const [trust, setTrust] = useState<Asked>('asking');
  useEffect(() => {
    fetch('/api/v1/trust', { cache: 'no-store' })
      .then(async (answer) => (answer.ok ? readHttpsTrust(await answer.json()) : undefined))
      .then(
        (read) => setTrust(read ?? 'failed'),
        () => setTrust('failed'),
      );
  }, []);
  return (
    <div class="site-view">
      <section class="admin-card" aria-labelledby="now-title">
        <h2 id="now-title">{m.https.now}</h2>
        <p class={`callout ${offers.secure ? 'callout-good' : 'callout-warn'}`}>
          {offers.secure ? <ShieldIcon /> : <WarnIcon />}
          <span>{s.safety.way[offers.way]}</span>
        </p>
        {!offers.secure && <Missing />}
      </section>
      {trust === 'asking' && <p role="status">{m.https.asking}</p>}
      {trust === 'failed' && <Empty title={m.https.failed}>{m.https.failedWhy}</Empty>}
      {typeof trust === 'object' && trust.fingerprint === '' && (
        <Empty title={m.https.failed}>{m.https.failedWhy}</Empty>
      )}
      {typeof trust === 'object' && trust.fingerprint !== '' && <Install trust={trust} />}
    </div>
  );
}

/** What browsers keep from a page that came over plain http. */
function Missing() {
  return (
    <>
      <p>{m.https.missing}</p>
      <ul class="plain-list">
        {m.https.missingList.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
    </>
  );
}

function Install({ trust }: { trust: HttpsTrust }) {
  const certificate = `${location.origin}/site-ca.crt`;
  return (
    <>
      <section class="admin-card" aria-labelledby="install-title">
        <h2 id="install-title">{m.https.install}</h2>
        <p>{m.https.installWhy}</p>
        <QrView text={certificate} label={m.https.qrLabel} />
        <a class="quiet-button" href="/site-ca.crt" download>
          {m.https.download}
        </a>
        <dl class="facts">
          <dt>{m.https.fingerprint}</dt>
          <dd>
            <code class="fingerprint">{trust.fingerprint}</code>
            <small>{m.https.fingerprintWhy}</small>
          </dd>
        </dl>
        {trust.instructions.map(({ title, steps, note }) => (
          <details key={title}>
            <summary>{title}</summary>
            <ol class="plain-list">
              {steps.map((step) => (
                <li key={step}>{step}</li>
              ))}
            </ol>
            {note !== '' && <p class="field-note">{note}</p>}
          </details>
        ))}
      </section>
      <section class="admin-card" aria-labelledby="then-title">
        <h2 id="then-title">{m.https.after}</h2>
        {trust.url === undefined ? (
          <p>{m.https.notYet}</p>
        ) : (
          <>
            <p>{m.https.afterWhy}</p>
            <a class="main-button" href={trust.url}>
              {m.https.open}
            </a>
          </>
        )}
      </section>
    </>
  );
}
