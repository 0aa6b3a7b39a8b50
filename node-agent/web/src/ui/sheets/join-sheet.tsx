/**
 * Joins a channel by its link, by a photo of a QR code (works on plain http), or with the camera
 * where the browser gives it. A link that was opened asks once before it joins.
 */
import { type ChannelLink, decodeChannelLink, toHex } from '@muster/core';
import { useEffect, useRef, useState } from 'preact/hooks';
import { kindNames } from '../../storage/records.ts';
import { t } from '../../strings/index.ts';
import { neutralName } from '../../text/neutral.ts';
import { CameraIcon } from '../icons.tsx';
import { KeyTag } from '../key-mark.tsx';
import { codeIn, goToChannel } from '../route.ts';
import { SheetFrame } from '../sheet.tsx';
import { client, closeSheet, offers } from '../ui-state.ts';

function linkIn(text: string): ChannelLink | undefined {
  const code = codeIn(text);
  return code === undefined ? undefined : decodeChannelLink(code);
}

export function JoinSheet({ code }: { code: string }) {
  const [text, setText] = useState(code);
  const [fault, setFault] = useState('');
  const [scanning, setScanning] = useState(false);
  const link = linkIn(text);
  const join = async (event: Event) => {
    event.preventDefault();
    if (!link) return setFault(t.join.notACode);
    const joined = await client.value?.reader.joinLink(link);
    if (!joined) return setFault(t.list.full);
    closeSheet();
    goToChannel(toHex(joined.tag));
  };
  const found = (read: string | undefined) => {
    setScanning(false);
    if (read !== undefined && linkIn(read)) {
      setText(read);
      setFault('');
    } else setFault(read === undefined ? t.join.noQr : t.join.notACode);
  };
  const onPhoto = async (event: Event) => {
    const input = event.currentTarget as HTMLInputElement;
    const photo = input.files?.[0];
    if (!photo) return;
    setFault(t.join.reading);
    try {
      const { readPhoto } = await import('../qr-read.ts');
      found(await readPhoto(photo));
    } catch {
      setFault(t.join.noReader);
    }
    input.value = '';
  };
  return (
    <SheetFrame title={t.join.title}>
      <form class="stack" onSubmit={join}>
        <p>{t.join.why}</p>
        <label class="field">
          <span class="field-label">{t.join.label}</span>
          <input
            value={text}
            autoComplete="off"
            spellcheck={false}
            inputMode="url"
            onInput={(event) => {
              setText(event.currentTarget.value);
              setFault('');
            }}
          />
        </label>
        <div class="row-buttons">
          <label class="quiet-button file-button">
            <CameraIcon />
            {t.join.photo}
            <input type="file" accept="image/*" capture="environment" onChange={onPhoto} />
          </label>
          {offers.camera && !scanning && (
            <button type="button" class="quiet-button" onClick={() => setScanning(true)}>
              <CameraIcon />
              {t.join.camera}
            </button>
          )}
        </div>
        {scanning && <Camera onFound={found} onFailed={() => setFault(t.join.noCamera)} />}
        {link && <Found link={link} />}
        <p class="fault" role="alert">
          {fault}
        </p>
        <button type="submit" class="main-button">
          {t.join.button}
        </button>
      </form>
    </SheetFrame>
  );
}

function Found({ link }: { link: ChannelLink }) {
  const kind = kindNames[link.kind];
  return (
    <p class="callout callout-good">
      <span>
        <strong>
          <bdi>{neutralName(link.name)}</bdi>
        </strong>{' '}
        <KeyTag keyHex={toHex(link.creator)} />
        <br />
        {t.kind[kind]}
      </span>
    </p>
  );
}

function Camera({
  onFound,
  onFailed,
}: {
  onFound(text: string | undefined): void;
  onFailed(): void;
}) {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    let over = false;
    let stop = () => {};
    void import('../qr-read.ts')
      .then(({ watchCamera }) => watchCamera(video.current!, onFound))
      .then((stopWatching) => {
        stop = stopWatching;
        if (over) stop();
      }, onFailed);
    return () => {
      over = true;
      stop();
    };
  }, []);
  return <video ref={video} class="camera" muted playsInline aria-label={t.join.camera} />;
}
