import { readFileSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';

export interface Rectangle {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** A picture of a virtual display, read from the file that `Xvfb -fbdir` keeps it in. */
export class FrameBuffer {
  readonly width: number;
  readonly height: number;
  /** Blue, green, red and one byte more for each pixel, line by line. */
  readonly #pixels: Buffer;
  readonly #lineBytes: number;

  constructor(file: string) {
    // X window dump: numbers of 32 bits, most significant byte first, then a table of colours, then the pixels.
    const content = readFileSync(file);
    const header = (index: number): number => content.readUInt32BE(index * 4);
    this.width = header(4);
    this.height = header(5);
    this.#lineBytes = header(12);
    this.#pixels = content.subarray(header(0) + header(19) * 12);
  }

  /** Where this part of two pictures differs; null: nowhere. */
  difference(other: FrameBuffer, within: Rectangle): Rectangle | null {
    let [left, top, right, bottom] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, -1, -1];
    for (let y = within.top; y < within.top + within.height; y += 1) {
      const [own, its] = [this.#line(y, within), other.#line(y, within)];
      if (own.equals(its)) continue;
      top = Math.min(top, y);
      bottom = y;
      for (let x = 0; x < within.width; x += 1) {
        if (own.readUInt32LE(x * 4) === its.readUInt32LE(x * 4)) continue;
        left = Math.min(left, within.left + x);
        right = Math.max(right, within.left + x);
      }
    }
    return right < 0 ? null : { left, top, width: right - left + 1, height: bottom - top + 1 };
  }

  /** A PNG of it. */
  png(): Buffer {
    const lines = Array.from({ length: this.height }, (_, y) => {
      const line = this.#line(y, { left: 0, top: 0, width: this.width, height: this.height });
      const colours = Buffer.alloc(1 + this.width * 3);
      for (let x = 0; x < this.width; x += 1) {
        for (let part = 0; part < 3; part += 1) colours[1 + x * 3 + part] = line[x * 4 + 2 - part] ?? 0;
      }
      return colours;
    });
    const head = Buffer.alloc(13);
    head.writeUInt32BE(this.width, 0);
    head.writeUInt32BE(this.height, 4);
    // Eight bits for each of three colours.
    head.set([8, 2], 8);
    const start = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    const body = chunk('IDAT', deflateSync(Buffer.concat(lines)));
    return Buffer.concat([start, chunk('IHDR', head), body, chunk('IEND', Buffer.alloc(0))]);
  }

  #line(y: number, { left, width }: Rectangle): Buffer {
    const from = y * this.#lineBytes + left * 4;
    return this.#pixels.subarray(from, from + width * 4);
  }
}

function chunk(name: string, data: Buffer): Buffer {
  const content = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const numbers = Buffer.alloc(8);
  numbers.writeUInt32BE(data.length, 0);
  numbers.writeUInt32BE(crc32(content), 4);
  return Buffer.concat([numbers.subarray(0, 4), content, numbers.subarray(4)]);
}
