/**
 * The least of strongSwan's VICI protocol: commands to a charon over its socket, one at a time. `swanctl` would do, but starting a
 * process for each command takes longer than what is measured.
 */
import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';

const commandRequest = 0;
const keyValue = 3;

export class Vici {
  private constructor(private readonly socket: Socket) {}

  static async open(path: string): Promise<Vici> {
    const socket = createConnection(path);
    await once(socket, 'connect');
    return new Vici(socket);
  }

  /** Resolves with the answer's text when charon is done; rejects where it says no. */
  async command(name: string, args: Readonly<Record<string, string>>): Promise<string> {
    const pairs = Object.entries(args).map(([key, value]) =>
      Buffer.concat([Buffer.of(keyValue), sized(key, 1), sized(value, 2)]),
    );
    const packet = Buffer.concat([Buffer.of(commandRequest), sized(name, 1), ...pairs]);
    this.socket.write(Buffer.concat([u32(packet.length), packet]));
    const answer = await this.packet();
    const text = answer.toString('latin1');
    const words = text.replaceAll(/[^ -~]+/g, ' ');
    if (!words.includes('success yes')) throw new Error(`charon, ${name}: ${words}`);
    return text;
  }

  close(): void {
    this.socket.destroy();
  }

  private async packet(): Promise<Buffer> {
    let got = Buffer.alloc(0);
    while (got.length < 4 || got.length < 4 + got.readUInt32BE()) {
      const [chunk] = (await once(this.socket, 'data')) as [Buffer];
      got = Buffer.concat([got, chunk]);
    }
    return got.subarray(4);
  }
}

function sized(text: string, octets: 1 | 2): Buffer {
  const size = Buffer.alloc(octets);
  size.writeUIntBE(text.length, 0, octets);
  return Buffer.concat([size, Buffer.from(text)]);
}

function u32(value: number): Buffer {
  const octets = Buffer.alloc(4);
  octets.writeUInt32BE(value);
  return octets;
}
