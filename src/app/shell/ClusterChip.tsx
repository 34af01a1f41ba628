/** Which cluster the page stands at: its name and release, and what else there is to know of it. */
import ExpandMoreOutlined from '@mui/icons-material/ExpandMoreOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Popover from '@mui/material/Popover';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { clusterQuery } from '../../api/cluster.ts';
import type { ClusterRef } from '../../api/cluster-ref.ts';

export function ClusterChip({ cluster }: { readonly cluster: ClusterRef }) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const record = useQuery(clusterQuery(cluster)).data;
  return (
    <>
      <Button
        size="small"
        variant="outlined"
        color="inherit"
        aria-label={`Cluster ${cluster.id}`}
        aria-haspopup="dialog"
        aria-expanded={anchor !== null}
        onClick={(event) => setAnchor(event.currentTarget)}
        endIcon={<ExpandMoreOutlined />}
        sx={cluster.kind === 'lab' ? { borderColor: 'lab.frame' } : {}}
      >
        {cluster.id}
      </Button>
      <Popover
        open={anchor !== null}
        anchorEl={anchor}
        onClose={() => setAnchor(null)}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'left' }}
        slotProps={{ paper: { role: 'dialog', 'aria-label': `Cluster ${cluster.id}`, sx: paper } }}
      >
        <Box sx={{ fontWeight: 600 }}>{record?.name ?? cluster.id}</Box>
        <Box sx={{ color: 'text.secondary' }}>{record?.version.full ?? 'release not read yet'}</Box>
        <Box sx={{ mt: '8px' }}>
          {cluster.kind === 'lab'
            ? 'The embedded lab: a cluster and its hosts that live in this browser, on a real IKEv2 and ESP engine. It speaks the REST API that an ONTAP cluster speaks.'
            : 'An ONTAP cluster, reached by its REST API.'}
        </Box>
      </Popover>
    </>
  );
}

const paper = {
  p: '16px',
  maxWidth: 320,
  mt: '4px',
  border: '1px solid',
  borderColor: 'divider',
  boxShadow: '0 4px 16px rgb(0 0 0 / 0.18)',
} as const;
