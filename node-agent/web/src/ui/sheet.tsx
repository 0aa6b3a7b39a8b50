/**
 * A sheet over the page: a modal dialog with a title and a way out. The browser keeps the focus
 * inside, closes it on Esc, and gives the focus back.
 */
import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { t } from '../strings/index.ts';
import { CloseIcon } from './icons.tsx';
import { closeSheet } from './ui-state.ts';

export function SheetFrame({ title, children }: { title: string; children: ComponentChildren }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useEffect(() => {
    const element = dialog.current!;
    if (!element.open) element.showModal();
    return () => element.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      class="sheet"
      aria-labelledby={titleId}
      onClose={closeSheet}
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
