/** Who is at this node now, and how many other nodes are linked with it. */
import { toHex } from '@muster/core';
import { t } from '../../strings/index.ts';
import { KeyMark, KeyTag, Name } from '../key-mark.tsx';
import { SheetFrame } from '../sheet.tsx';
import { model } from '../ui-state.ts';

export function HereSheet() {
  const people = model.people.value;
  const more = model.peopleMore.value;
  if (model.connection.value.kind !== 'connected') {
    return (
      <SheetFrame title={t.here.title}>
        <p>{t.here.offline}</p>
      </SheetFrame>
    );
  }
  return (
    <SheetFrame title={t.here.title}>
      <p>
        {t.here.people(people.length + more)}. {t.here.nodes(model.nodes.value)}
      </p>
      <ul class="people">
        {people.map((person) => {
          const key = toHex(person.device);
          return (
            <li key={key} class="person">
              <KeyMark keyHex={key} />
              <span class="person-name">
                <Name name={person.name} />
              </span>
              {key === model.self.value?.key && <span class="badge">{t.here.you}</span>}
              <KeyTag keyHex={key} />
            </li>
          );
        })}
      </ul>
      {more > 0 && <p>{t.here.more(more)}</p>}
    </SheetFrame>
  );
}
