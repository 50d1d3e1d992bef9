/** Cuts a text to a number of UTF-8 bytes, on a character boundary. */
export function cut(text: string, maxBytes: number): string {
  if (Buffer.byteLength(text) <= maxBytes) {
    return text;
  }
  const ellipsis = '…';
  let bytes = Buffer.byteLength(ellipsis);
  let end = 0;
  for (const character of text) {
    bytes += Buffer.byteLength(character);
    if (bytes > maxBytes) {
      break;
    }
    end += character.length;
  }
  return text.slice(0, end) + ellipsis;
}

/** Writes a number of seconds as people do: `45 s`, `5 min`, `2 h 5 min`. */
export function humanDuration(seconds: number): string {
  const total = Math.round(seconds);
  const parts = [
    { value: Math.floor(total / 3600), unit: 'h' },
    { value: Math.floor(total / 60) % 60, unit: 'min' },
    { value: total % 60, unit: 's' },
  ];
  const shown = parts.filter(({ value }) => value > 0).slice(0, 2);
  return shown.map(({ value, unit }) => `${value} ${unit}`).join(' ') || '0 s';
}
