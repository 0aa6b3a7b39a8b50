/**
 * A sheet over the page: a modal dialog with a title and a way out. The browser keeps the focus
 * inside, closes it on Esc, and gives the focus back.
 */
import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../strings/index.ts';
import { CloseIcon } from './icons.tsx';
import { closeSheet } from './ui-state.ts';

export function SheetFrame({ title, children }: { title: string; children: ComponentChildren }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useLayoutEffect(() => {
    const element = dialog.current!;
    // Only what the reader does closes the sheet; making room for another one must not.
    element.addEventListener('close', closeSheet);
    element.showModal();
    return () => {
      element.removeEventListener('close', closeSheet);
      element.close();
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the dialog itself closes on Esc
    <dialog
      ref={dialog}
      class="sheet"
      aria-labelledby={titleId}
      onClick={(event) => event.target === event.currentTarget && closeSheet()}
    >
      <div class="sheet-body">
        <header class="sheet-head">
          <h2 id={titleId}>{title}</h2>
          <button type="button" class="icon-button" aria-label={t.sheet.close} onClick={closeSheet}>
            <CloseIcon />
          </button>
        </header>
        {children}
      </div>
    </dialog>
  );
}
