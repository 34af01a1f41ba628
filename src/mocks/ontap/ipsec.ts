/** `/security/ipsec`: the cluster-wide settings, one object. */
import type { Context } from 'hono';
import { type IpsecConfigPatch, ipsecConfig, ipsecConfigPatch } from '../../contract/ipsec.ts';
import type { IpsecConfig } from '../../domain/cluster/cluster.ts';
import { refusal } from '../../domain/cluster/ontap-errors.ts';
import { answer, refuse } from './answer.ts';
import { bodyForm, readBody } from './body.ts';
import { checkParameters, show } from './collection.ts';
import { fieldTreeOf } from './field-tree.ts';
import type { OntapMeans, Resource, Route } from './resource.ts';

const settings: Resource = {
  path: '/security/ipsec',
  tree: fieldTreeOf(ipsecConfig),
  keys: [],
  identifying: [],
  secrets: [],
  references: {},
};

const patchForm = bodyForm(ipsecConfigPatch, ipsecConfig);

export function ipsecRoutes({ cluster }: OntapMeans): readonly Route[] {
  return [
    {
      path: '/security/ipsec',
      get: (c) => show(c, settings, settingsRecord(c, cluster.state().ipsec)),
      patch: async (c) => {
        const misplaced = checkParameters(c, settings);
        if (misplaced !== undefined) return refuse(c, misplaced);
        const body = await readBody(c, patchForm);
        if (!body.ok) return refuse(c, body.error);
        if (Object.keys(body.value).length === 0) return refuse(c, refusal('nothingToChange'));
        const done = await cluster.do({ type: 'changeIpsecConfig', change: changeOf(body.value) });
        return done.ok ? answer(c, {}) : refuse(c, done.error);
      },
    },
  ];
}

/** The Ansible collection, which names itself on every call, compares the window as text; all others read the schema's integer. */
const settingsRecord = (c: Context, { isEnabled, replayWindow, isOffloadEnabled }: IpsecConfig) => ({
  enabled: isEnabled,
  replay_window: c.req.header('X-Dot-Client-App') === undefined ? replayWindow : String(replayWindow),
  offload_enabled: isOffloadEnabled,
});

const changeOf = ({ enabled, replay_window, offload_enabled }: IpsecConfigPatch): Partial<IpsecConfig> => ({
  ...(enabled === undefined ? {} : { isEnabled: enabled }),
  ...(replay_window === undefined ? {} : { replayWindow: replay_window }),
  ...(offload_enabled === undefined ? {} : { isOffloadEnabled: offload_enabled }),
});
