/** What would change on a box, as the box and its admin both see it before anybody says yes. */
import type { ProvisionChange } from '@muster/core';
import { a } from '../../strings/admin.en.ts';
import { neutralText } from '../../text/neutral.ts';

export function Changes({ changes }: { changes: readonly ProvisionChange[] }) {
  const show = (text: string) => (text === '' ? a.settings.nothing : neutralText(text));
  // A blank box has nothing to compare with.
  const isAnew = changes.every(({ from }) => from === '');
  return (
    <table class="changes">
      <thead>
        <tr>
          <th scope="col">{a.settings.what}</th>
          {!isAnew && <th scope="col">{a.settings.from}</th>}
          <th scope="col">{a.settings.to}</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ what, from, to }) => (
          <tr key={what}>
            <th scope="row">{neutralText(what)}</th>
            {!isAnew && <td>{show(from)}</td>}
            <td>{show(to)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
