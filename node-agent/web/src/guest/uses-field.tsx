/** For how many guests a pass is good: a handful of sizes, because nobody counts more exactly. */
import { s } from '../strings/sheet.en.ts';

const sizes = [1, 10, 50, 500] as const;

export function UsesField({ uses, onUses }: { uses: number; onUses(uses: number): void }) {
  return (
    <fieldset class="choices choices-four">
      <legend class="field-label">{s.pass.uses}</legend>
      {sizes.map((size) => (
        <label key={size} class="choice">
          <input type="radio" name="uses" checked={uses === size} onChange={() => onUses(size)} />
          <span>{size}</span>
        </label>
      ))}
    </fieldset>
  );
}
