/** One row of the associations, whole: the wire, ONTAP's own words, SPIs, counters, life, proof, and what the lab can do to it. */
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';
import type { ClusterRef } from '../../api/cluster-ref.ts';
import { FactList } from '../../components/inspector/Inspector.tsx';
import { CopyButton } from '../../components/text/CopyButton.tsx';
import { formatCount, formatInstant, formatOctets } from '../../components/text/format.ts';
import { Spi } from '../../components/text/Spi.tsx';
import { Wire } from '../../components/wire/Wire.tsx';
import type { WireProps } from '../../components/wire/wire-props.ts';
import type { LabIkeSa } from '../../contract/lab-port.ts';
import type { AssociationRow, FailureRow, IkeRow, IpsecRow } from './association-row.ts';
import { FailureFacts } from './FailureNotice.tsx';
import { LifeBar } from './LifeBar.tsx';
import { PeerCaution } from './PeerCaution.tsx';
import { ProofPackets } from './ProofPackets.tsx';
import { SaActs } from './SaActs.tsx';
import { SeenHistory } from './SeenHistory.tsx';

export interface AssociationDrawerProps {
  readonly row: AssociationRow;
  /** The IKE SA that an IPsec SA stands under. */
  readonly parent: IkeRow | undefined;
  readonly cluster: ClusterRef;
}

export function AssociationDrawer({ row, parent, cluster }: AssociationDrawerProps) {
  if (row.kind === 'failure') return <FailureDetail row={row} />;
  const ike = row.kind === 'ike' ? row : parent;
  return (
    <>
      <Wire {...wireOf(row, ike)} size="row" />
      <PeerCaution sa={ike?.lab} />
      <SaActs row={row} cluster={cluster} />
      {row.kind === 'ike' ? <IkeFacts row={row} /> : <IpsecFacts row={row} />}
      <SeenHistory row={row} />
      {ike?.traffic === undefined ? null : <ProofPackets proof={ike.traffic.proof} />}
    </>
  );
}

function FailureDetail({ row }: { readonly row: FailureRow }) {
  return (
    <>
      <Wire
        local={{
          lif: row.lifName ?? row.localAddress,
          address: row.localAddress,
          ...(row.svmName && { svm: row.svmName }),
        }}
        remote={{ address: row.remoteAddress, ...(row.hostName && { name: row.hostName }) }}
        state="failed"
        via={{ policy: row.policyName }}
        reason={{ end: row.failure.end === 'cluster' ? 'local' : 'remote', text: row.failure.decidedAt }}
        size="row"
      />
      <div>
        <FailureFacts row={row} />
      </div>
    </>
  );
}

function wireOf(row: IkeRow | IpsecRow, ike: IkeRow | undefined): WireProps {
  const child = row.kind === 'ipsec' ? row : row.children[0];
  return {
    local: {
      lif: ike?.lifName ?? row.localAddress,
      address: row.localAddress,
      ...(row.svmName !== undefined && { svm: row.svmName }),
      ...(ike?.nodeName !== undefined && { node: ike.nodeName }),
    },
    remote: { address: row.remoteAddress, ...(ike?.hostName !== undefined && { name: ike.hostName }) },
    state: row.state,
    via: {
      policy: row.policyName,
      ...(child && { spiIn: child.inSpi, spiOut: child.outSpi }),
      ...(child?.suite !== undefined && { suite: child.suite }),
    },
    ...(ike?.traffic && { rateIn: ike.traffic.inRate, rateOut: ike.traffic.outRate }),
  };
}

function IkeFacts({ row }: { readonly row: IkeRow }) {
  return (
    <Section title="IKE SA">
      <FactList
        facts={[
          { name: 'State', value: row.ontapState.toUpperCase() },
          { name: 'Policy', value: row.policyName },
          { name: 'Node', value: row.nodeName },
          { name: 'Initiator SPI', value: <CopiedSpi value={row.initiatorSpi} what="initiator SPI" /> },
          { name: 'Responder SPI', value: <CopiedSpi value={row.responderSpi} what="responder SPI" /> },
          { name: 'Initiator', value: initiatorWords(row.isInitiator) },
          { name: 'Proved by', value: proofWords(row.lab) },
          { name: 'Suite', value: row.suite },
          { name: 'Born', value: row.life && formatInstant(row.life.bornAtMs), isFigure: true },
          { name: 'Life', value: <LifeBar life={row.life} lifetimeSeconds={row.lifetimeSeconds} /> },
          { name: 'IPsec SAs', value: formatCount(row.children.length), isFigure: true },
        ]}
      />
    </Section>
  );
}

function IpsecFacts({ row }: { readonly row: IpsecRow }) {
  const { lab } = row;
  return (
    <Section title="IPsec SA">
      <FactList
        facts={[
          { name: 'State', value: row.ontapState.toUpperCase() },
          { name: 'Policy', value: row.policyName },
          { name: 'SPI in', value: <CopiedSpi value={row.inSpi} what="inbound SPI" /> },
          { name: 'SPI out', value: <CopiedSpi value={row.outSpi} what="outbound SPI" /> },
          { name: 'Suite', value: row.suite },
          { name: 'Mode', value: lab && `transport, ${lab.isUdpEncapsulated ? 'ESP in UDP' : 'ESP'}` },
          { name: 'Local', value: lab?.localSelector, isFigure: true },
          { name: 'Remote', value: lab?.remoteSelector, isFigure: true },
          { name: 'In', value: countWords(row.inOctets, row.inPackets), isFigure: true },
          { name: 'Out', value: countWords(row.outOctets, row.outPackets), isFigure: true },
          { name: 'Replayed', value: lab && `${formatCount(lab.replayDrops)} dropped`, isFigure: true },
          { name: 'Wrong ICV', value: lab && `${formatCount(lab.icvDrops)} dropped`, isFigure: true },
          { name: 'Born', value: row.life && formatInstant(row.life.bornAtMs), isFigure: true },
          { name: 'Life', value: <LifeBar life={row.life} lifetimeSeconds={row.lifetimeSeconds} /> },
        ]}
      />
    </Section>
  );
}

const countWords = (octets: number, packets: number): string =>
  `${formatOctets(octets)} (${formatCount(octets)} octets) in ${formatCount(packets)} packets`;

function initiatorWords(isInitiator: boolean | undefined): string | undefined {
  if (isInitiator === undefined) return undefined;
  return isInitiator ? 'the cluster' : 'the host';
}

function proofWords(sa: Pick<LabIkeSa, 'proofs'> | undefined): string | undefined {
  if (sa?.proofs === undefined) return undefined;
  const { cluster, host } = sa.proofs;
  return cluster === host ? `${cluster}, both ends` : `the cluster by ${cluster}, the host by ${host}`;
}

function CopiedSpi({ value, what }: { readonly value: string | undefined; readonly what: string }) {
  if (value === undefined) return <Spi value={undefined} />;
  return (
    <>
      <Spi value={value} /> <CopyButton value={value} what={what} />
    </>
  );
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section aria-label={title}>
      <Typography component="h3" variant="h2" sx={{ mb: '8px' }}>
        {title}
      </Typography>
      {children}
    </section>
  );
}
