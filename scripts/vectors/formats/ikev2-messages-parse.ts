/** Whole messages: parsed, their header as stated, and written back octet for octet. */
import { z } from 'zod';
import { casesOf, type Format, listOf } from '../format.ts';
import { checkMessage, messageFields } from '../messages.ts';

const fields = z.object(messageFields);

export const ikev2MessagesParse: Format = {
  name: 'ikev2-messages-parse',
  fields,
  cases: (file) =>
    casesOf(listOf(file), fields, (message, name) => ({
      name,
      check() {
        checkMessage(message);
      },
    })),
};
