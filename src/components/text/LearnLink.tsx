/** A link to what explains it, in ONTAP's own documentation; in a tab of its own, so that nothing here is left. */
import Link from '@mui/material/Link';

const guides = {
  prepare: { title: 'How ONTAP uses IPsec', page: 'networking/ipsec-prepare.html' },
  configure: { title: 'IPsec policies in ONTAP’s documentation', page: 'networking/ipsec-configure.html' },
} as const;

export function LearnLink({ guide }: { readonly guide: keyof typeof guides }) {
  const { title, page } = guides[guide];
  return (
    <Link href={`https://docs.netapp.com/us-en/ontap/${page}`} target="_blank" rel="noreferrer">
      {title} (new tab)
    </Link>
  );
}
