/** A stream of the lab as a wire picture. */
import type { WireProps } from '../../components/wire/wire-props.ts';
import type { LabSnapshot, LabStream } from '../../contract/lab-port.ts';
import { failureOf } from './attention.ts';

export function wireOfStream(stream: LabStream, lab: LabSnapshot): WireProps {
  const host = lab.hosts.find(({ id }) => id === stream.hostId);
  const suite = lab.ikeSas.find(
    ({ localAddress, remoteAddress }) => localAddress === stream.lifAddress && remoteAddress === stream.hostAddress,
  )?.children[0]?.suite;
  const reason = reasonOf(stream, lab);
  return {
    local: { svm: stream.svmName, lif: stream.lifName, address: stream.lifAddress, node: stream.nodeName },
    remote: { address: stream.hostAddress, ...(host === undefined ? {} : { name: host.name }) },
    state: stream.state,
    via: {
      ...(stream.policyName === undefined ? {} : { policy: stream.policyName }),
      ...(suite === undefined ? {} : { suite }),
    },
    ...(stream.isRunning ? { rateIn: stream.inRate, rateOut: stream.outRate } : {}),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** A failure names the end that refused; any other reason is the cluster's, which holds the policy. */
function reasonOf(stream: LabStream, lab: LabSnapshot): WireProps['reason'] {
  const failure = stream.state === 'failed' ? failureOf(stream, lab) : undefined;
  if (failure !== undefined) {
    return { end: failure.end === 'cluster' ? 'local' : 'remote', text: failure.sentence };
  }
  return stream.reason === undefined ? undefined : { end: 'local', text: stream.reason };
}
