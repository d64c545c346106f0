// Writes the sound that a browser's fake microphone speaks.
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const rate = 48_000

export function toneFile(hertz: number): string {
  const samples = Buffer.alloc(rate * 2 * 2)
  for (let i = 0; i < rate * 2; i++) {
    samples.writeInt16LE(Math.round(12_000 * Math.sin((2 * Math.PI * hertz * i) / rate)), i * 2)
  }
  const head = Buffer.alloc(44)
  head.write('RIFF', 0)
  head.writeUInt32LE(36 + samples.length, 4)
  head.write('WAVEfmt ', 8)
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(1, 20)
  head.writeUInt16LE(1, 22)
  head.writeUInt32LE(rate, 24)
  head.writeUInt32LE(rate * 2, 28)
  head.writeUInt16LE(2, 32)
  head.writeUInt16LE(16, 34)
  head.write('data', 36)
  head.writeUInt32LE(samples.length, 40)
  const file = join(mkdtempSync(join(tmpdir(), 'bellhop-tone-')), `${hertz}.wav`)
  writeFileSync(file, Buffer.concat([head, samples]))
  return file
}
