/** Step two: the cluster's end of the traffic. */
import { useWatch } from 'react-hook-form';
import { SelectInput } from '../../components/form/SelectInput.tsx';
import { AddressField } from './AddressField.tsx';
import { LifPicker, typedSubnet } from './LifPicker.tsx';
import type { StepProps } from './step-props.ts';

export function ClusterSideStep({ form, facts }: StepProps) {
  const lif = useWatch({ control: form.control, name: 'lif' });
  return (
    <>
      <LifPicker form={form} facts={facts} />
      {lif === typedSubnet ? (
        <>
          <SelectInput
            control={form.control}
            name="svm"
            label="SVM"
            width={240}
            choices={facts.svms.map(({ name }) => ({ value: name, label: name }))}
          />
          <AddressField
            form={form}
            name="local"
            label="Local subnet"
            helper="For example 10.1.0.20/30. It must hold a LIF of the SVM."
          />
        </>
      ) : null}
    </>
  );
}
