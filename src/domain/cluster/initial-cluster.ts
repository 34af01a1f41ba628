/**
 * The lab cluster at its first start: ONTAP 9.17.1, two nodes, one data SVM with an IPv4 and an IPv6 LIF, each on a node of its own,
 * IPsec off, no policy.
 */
import type { ClusterState, IpsecConfig } from './cluster.ts';

/** Anti-replay off and offload on, as `security ipsec config show` prints for a new cluster. */
export const initialIpsecConfig: IpsecConfig = { isEnabled: false, replayWindow: 0, isOffloadEnabled: true };

/** UUIDs in ONTAP's manner: version 1, one node suffix; the last three digits of the first part count up. */
const uuid = (count: number): string => `4e1c7${count.toString(16).padStart(3, '0')}-c9a1-11f0-9b52-005056bb1c41`;

export const initialCluster: ClusterState = {
  uuid: uuid(1),
  name: 'lab',
  version: { full: 'NetApp Release 9.17.1: Mon Sep 01 10:08:36 UTC 2025', generation: 9, major: 17, minor: 1 },
  location: '',
  contact: '',
  managementLifs: [{ uuid: uuid(0x10), name: 'cluster_mgmt', address: '10.1.0.10' }],
  nodes: [
    {
      uuid: uuid(0x20),
      name: 'lab-01',
      serialNumber: '721947000101',
      systemId: '0538120001',
      model: 'AFF-A50',
      managementAddress: '10.1.0.11',
    },
    {
      uuid: uuid(0x21),
      name: 'lab-02',
      serialNumber: '721947000102',
      systemId: '0538120002',
      model: 'AFF-A50',
      managementAddress: '10.1.0.12',
    },
  ],
  ipspaces: [
    { uuid: uuid(0x30), name: 'Default' },
    { uuid: uuid(0x31), name: 'Cluster' },
  ],
  svms: [{ uuid: uuid(0x40), name: 'vs1', ipspaceName: 'Default' }],
  lifs: [
    {
      uuid: uuid(0x50),
      name: 'nfs_lif1',
      address: '10.1.0.20',
      prefixBits: 24,
      family: 'ipv4',
      svmName: 'vs1',
      nodeName: 'lab-01',
      portName: 'e0c',
      services: ['data_core', 'data_nfs', 'data_cifs', 'data_iscsi'],
    },
    {
      uuid: uuid(0x51),
      name: 'nfs_lif2',
      address: '2001:db8:1::20',
      prefixBits: 64,
      family: 'ipv6',
      svmName: 'vs1',
      nodeName: 'lab-02',
      portName: 'e0c',
      services: ['data_core', 'data_nfs', 'data_cifs', 'data_iscsi'],
    },
  ],
  ipsec: initialIpsecConfig,
  policies: [],
};
