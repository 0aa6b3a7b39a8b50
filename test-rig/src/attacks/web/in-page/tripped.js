/** Takes what was tripped inside the page, and looks at what a payload could have left behind. */
() => {
  const { title } = document;
  const isOurs = /^(\(\d[^)]*\) )?(Site admin · )?Muster$/.test(title);
  const polluted = Object.keys(Object.prototype).map((name) => `every object has ${name}`);
  return [...window.musterTripped.splice(0), ...polluted, ...(isOurs ? [] : [`titled ${title}`])];
};
