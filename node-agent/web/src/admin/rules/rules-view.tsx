/** How the site treats its guests, how much they may write, and what it announces to everybody. */
import { GuestAdmission, guestBudget, type SiteRules, trustLimits, utf8 } from '@muster/core';
import { useState } from 'preact/hooks';
import { m } from '../../strings/site.en.ts';
import { ActionNote, useAction } from '../parts/action.tsx';
import type { RulesChange } from '../session/admin-session.ts';
import type { AdminViewProps } from '../view.ts';

const admissions = [GuestAdmission.open, GuestAdmission.pass, GuestAdmission.approval] as const;

export function RulesView({ session }: AdminViewProps) {
  const { rules } = session.trust.value.book;
  const [change, setChange] = useState<RulesChange>({});
  const action = useAction();
  const wanted = { ...rules, ...change };
  const fault = faultOf(wanted);
  const isNew = (Object.keys(change) as (keyof RulesChange)[]).some(
    (member) => change[member] !== rules[member],
  );
  const save = async (event: Event) => {
    event.preventDefault();
    if (fault !== '') return action.fail(fault);
    const result = await action.run(() => session.setRules(change), m.rules.saved);
    if (result.ok) setChange({});
  };
  const edit = (more: RulesChange) => {
    action.clear();
    setChange({ ...change, ...more });
  };
  return (
    <form class="site-view" onSubmit={save} noValidate>
      <Admission guests={wanted.guests} onGuests={(guests) => edit({ guests })} />
      <section class="admin-card" aria-labelledby="announce-title">
        <h2 id="announce-title">{m.rules.announce}</h2>
        <label class="field">
          <span class="field-label">{m.rules.announceLabel}</span>
          <textarea
            rows={3}
            value={wanted.announcement}
            onInput={(event) => edit({ announcement: event.currentTarget.value })}
          />
        </label>
        <p class="field-note">{m.rules.left(bytesLeft(wanted.announcement))}</p>
      </section>
      <section class="admin-card" aria-labelledby="quota-title">
        <h2 id="quota-title">{m.rules.quotas}</h2>
        <p>{m.rules.quotasWhy}</p>
        <NumberField
          label={m.rules.bundles}
          value={wanted.guestBundlesPerMinute}
          max={guestBudget.bundlesPerMinute}
          onValue={(guestBundlesPerMinute) => edit({ guestBundlesPerMinute })}
        />
        <NumberField
          label={m.rules.tickets}
          value={wanted.guestTicketsPerMinute}
          max={guestBudget.ticketsPerMinute}
          onValue={(guestTicketsPerMinute) => edit({ guestTicketsPerMinute })}
        />
      </section>
      <button type="submit" class="main-button" disabled={action.busy || !isNew}>
        {m.rules.save}
      </button>
      <ActionNote action={action} />
    </form>
  );
}

interface AdmissionProps {
  readonly guests: GuestAdmission;
  onGuests(guests: GuestAdmission): void;
}

function Admission({ guests, onGuests }: AdmissionProps) {
  return (
    <section class="admin-card">
      <fieldset class="choices">
        <legend>
          <h2>{m.rules.guests}</h2>
        </legend>
        {admissions.map((one) => (
          <label key={one} class="choice choice-tall">
            <input
              type="radio"
              name="admission"
              checked={guests === one}
              onChange={() => onGuests(one)}
            />
            <span>
              <strong>{m.admission[one].name}</strong>
              <small>{m.admission[one].why}</small>
            </span>
          </label>
        ))}
      </fieldset>
    </section>
  );
}

const bytesLeft = (text: string) => trustLimits.announcementBytesMax - utf8(text).length;

function faultOf({ announcement, guestBundlesPerMinute, guestTicketsPerMinute }: SiteRules) {
  const fits = (value: number, max: number) =>
    Number.isInteger(value) && value >= 0 && value <= max;
  if (bytesLeft(announcement) < 0) return m.rules.tooLong;
  const { bundlesPerMinute, ticketsPerMinute } = guestBudget;
  const right =
    fits(guestBundlesPerMinute, bundlesPerMinute) && fits(guestTicketsPerMinute, ticketsPerMinute);
  return right ? '' : m.rules.numberWrong;
}

interface NumberProps {
  readonly label: string;
  readonly value: number;
  readonly max: number;
  onValue(value: number): void;
}

function NumberField({ label, value, max, onValue }: NumberProps) {
  return (
    <label class="field">
      <span class="field-label">{label}</span>
      <input
        type="number"
        inputMode="numeric"
        min={0}
        max={max}
        step={1}
        value={Number.isNaN(value) ? '' : value}
        onInput={(event) => onValue(event.currentTarget.valueAsNumber)}
      />
      <small>{m.rules.atMost(max)}</small>
    </label>
  );
}
