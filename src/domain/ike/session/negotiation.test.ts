import { expect, test } from 'vitest';
import { agreementOf, makePair } from '../testing/pair.ts';

test('two ends with the same secret end with the same SAs after four messages', async () => {
  const pair = await makePair().establish();

  expect(pair.ladder()).toEqual([
    'host -> IKE_SA_INIT 0 request SA KE Nonce N(NAT_DETECTION_SOURCE_IP) N(NAT_DETECTION_DESTINATION_IP) N(IKEV2_FRAGMENTATION_SUPPORTED)',
    'host <- IKE_SA_INIT 0 response SA KE Nonce N(NAT_DETECTION_SOURCE_IP) N(NAT_DETECTION_DESTINATION_IP) N(IKEV2_FRAGMENTATION_SUPPORTED) N(CHILDLESS_IKEV2_SUPPORTED)',
    'host -> IKE_AUTH 1 request IDi N(INITIAL_CONTACT) IDr AUTH N(USE_TRANSPORT_MODE) N(ESP_TFC_PADDING_NOT_SUPPORTED) SA TSi TSr',
    'host <- IKE_AUTH 1 response IDr AUTH N(USE_TRANSPORT_MODE) N(ESP_TFC_PADDING_NOT_SUPPORTED) SA TSi TSr',
  ]);
  const { host, cluster } = agreementOf(pair);
  expect(host).toHaveLength(1);
  expect(host).toEqual(cluster);
});
