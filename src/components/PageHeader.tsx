/**
 * The head of a page: its name, and the one sentence that answers its question. The name is the page's only `h1` and takes the
 * focus when the route changes, so that a screen reader says where one is.
 */
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import { DocumentTitle } from './DocumentTitle.tsx';
import { PageHeaderFrame } from './PageHeaderFrame.tsx';
import { usePageHeading } from './use-page-heading.ts';

export interface PageHeaderProps {
  /** Also in the document's title. */
  readonly title: string;
  /** `41 of 5,012 hosts are in clear.` */
  readonly answer?: ReactNode;
  /** At most one of them `contained`. */
  readonly actions?: ReactNode;
  /** A line under the answer: how live, how old. */
  readonly children?: ReactNode;
  /** The answer's figure is large on the Overview. */
  readonly size?: 'page' | 'figure';
}

export function PageHeader({ title, answer, actions, children, size = 'page' }: PageHeaderProps) {
  const heading = usePageHeading(title);
  return (
    <>
      <DocumentTitle page={title} />
      <PageHeaderFrame
        name={
          <Typography ref={heading} component="h1" variant="pageName" tabIndex={-1} data-page-heading="">
            {title}
          </Typography>
        }
        answer={
          answer === undefined ? null : (
            <Typography component="p" variant={size === 'figure' ? 'answerFigure' : 'answer'}>
              {answer}
            </Typography>
          )
        }
        detail={children}
        actions={actions}
      />
    </>
  );
}
