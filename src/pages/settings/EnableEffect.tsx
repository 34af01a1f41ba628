/** What turning IPsec on does, before it does it: what stays in clear, what starts to negotiate, and how to come back. */
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { plural } from '../../components/text/format.ts';
import { Mono } from '../../components/text/Mono.tsx';
import type { IpsecPolicyRecord } from '../../contract/ipsec-policies.ts';
import type { LabSnapshot } from '../../contract/lab-port.ts';

export interface EnableEffectProps {
  readonly lab: LabSnapshot | undefined;
  readonly policies: readonly IpsecPolicyRecord[];
}

export function EnableEffect({ lab, policies }: EnableEffectProps) {
  const clearCount = lab?.streams.filter(({ isRunning, state }) => isRunning && state === 'clear').length;
  const acting = policies.filter(({ enabled }) => enabled);
  return (
    <section aria-labelledby="effect">
      <Typography id="effect" component="h2" variant="h2" sx={{ mb: '8px' }}>
        What happens
      </Typography>
      <Box component="ul" sx={{ m: 0, pl: '20px', '& li + li': { mt: '4px' } }}>
        <li>
          Traffic that no policy matches passes in clear, as before
          {clearCount === undefined || clearCount === 0 ? '.' : `: ${plural(clearCount, 'stream')} now.`}
        </li>
        <li>
          {acting.length === 0
            ? 'No policy is enabled, so nothing is encrypted and nothing is dropped yet.'
            : `${plural(acting.length, 'policy', 'policies')} starts to act: traffic that it protects negotiates with its first packet, and is dropped until that has succeeded.`}
        </li>
        <li>No SA is cut: there is none while IPsec is off.</li>
        <li>Back: IPsec settings, Disable. Policies are kept.</li>
        <li>
          Sent: <Mono>PATCH /api/security/ipsec {'{"enabled": true}'}</Mono>
        </li>
      </Box>
    </section>
  );
}
