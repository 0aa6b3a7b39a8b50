/** What would change on a box, as the box and its admin both see it before anybody says yes. */
import type { ProvisionChange } from '@muster/core';
import { a } from '../../strings/admin.en.ts';
import { neutralName } from '../../text/neutral.ts';

export function Changes({ changes }: { changes: readonly ProvisionChange[] }) {
  const show = (text: string) => (text === '' ? a.settings.nothing : neutralName(text));
  return (
    <table class="changes">
      <thead>
        <tr>
          <th scope="col">{a.settings.what}</th>
          <th scope="col">{a.settings.from}</th>
          <th scope="col">{a.settings.to}</th>
        </tr>
      </thead>
      <tbody>
        {changes.map(({ what, from, to }) => (
          <tr key={what}>
            <th scope="row">{what}</th>
            <td>{show(from)}</td>
            <td>{show(to)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
