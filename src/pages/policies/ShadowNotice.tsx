/** Why a policy takes no part in traffic although it is enabled, and what to do about it. */
import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';

export function ShadowNotice({ shadowedBy }: { readonly shadowedBy: string }) {
  return (
    <Alert role="note" severity="warning" variant="outlined">
      No packet meets this policy: {shadowedBy} holds for all of them and comes first. Of policies that match equally
      well the first by name is taken here; ONTAP publishes no rule.
      <Box sx={{ fontWeight: 600, mt: '4px' }}>Disable or delete one of the two.</Box>
    </Alert>
  );
}
