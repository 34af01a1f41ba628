/** The tab's mark: the sheathed wire; striped for the lab. */
import icon from './favicon.svg';
import labIcon from './favicon-lab.svg';

export function markFavicon(kind: 'lab' | 'ontap'): void {
  const link = document.querySelector<HTMLLinkElement>('link[rel="icon"]');
  if (link !== null) {
    link.href = kind === 'lab' ? labIcon : icon;
  }
}
