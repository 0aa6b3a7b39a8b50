/** What stands where nothing is yet: says what would be here, and how it gets here. */
import type { ComponentChildren } from 'preact';

export function Empty({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="admin-empty">
      <p class="empty-title">{title}</p>
      {children}
    </div>
  );
}
