/** A figure that nobody reported: a dash to the eye, words to the ear. Never a zero. */

export function NotReported() {
  return (
    <span>
      <span aria-hidden="true">—</span>
      <span className="visually-hidden">not reported</span>
    </span>
  );
}
