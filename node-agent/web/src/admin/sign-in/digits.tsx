/** Six digits that two people compare: large, and read out one by one. */
export function Digits({ code }: { code: string }) {
  return (
    <p class="digits">
      <span aria-hidden="true">{code}</span>
      <span class="unseen">{[...code.replace(/\D/g, '')].join(' ')}</span>
    </p>
  );
}
