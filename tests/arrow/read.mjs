// read.mjs FILE: builds Apache Arrow vectors from exported buffers and compares each value with the one
// that the exporter says it is.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { Vector, makeData } from 'apache-arrow';
import { plainValue, typeOf } from './types.mjs';

/** A copy at an aligned address of its own, as typed arrays need. */
const bytes = (hex) => (hex === null ? undefined : new Uint8Array(Buffer.from(hex, 'hex')));

function vectorOf(format, array, dictionary) {
    const type = typeOf(format);
    const [nullBitmap, second, third] = array.buffers.map(bytes);
    const { length, offset } = array;
    const common = { type, length, offset, nullCount: array.null_count, nullBitmap };
    // makeData applies the offset to bits only; of wider values it wants the part from the offset.
    if (format === 'b') {
        return new Vector([makeData({ ...common, data: second })]);
    }
    if (format === 'u') {
        const valueOffsets = new Int32Array(second.buffer).subarray(offset, offset + length + 1);
        return new Vector([makeData({ ...common, valueOffsets, data: third })]);
    }
    const values = format === 'i' ? new Int32Array(second.buffer) : new type.ArrayType(second.buffer);
    const data = values.subarray(offset, offset + length);
    return new Vector([makeData({ ...common, data, ...(dictionary && { dictionary }) })]);
}

const batches = JSON.parse(readFileSync(process.argv[2], 'utf8'));
let values = 0;
for (const batch of batches) {
    for (const column of batch) {
        const dictionary = column.dictionary && vectorOf('u', column.dictionary);
        const vector = vectorOf(column.format, column, dictionary);
        assert.equal(vector.length, column.values.length);
        assert.equal(vector.nullCount, column.values.filter((value) => value === null).length);
        column.values.forEach((expected, row) => {
            const where = `${column.name}, row ${row} of ${vector.length}`;
            assert.equal(plainValue(vector, column.format, row), expected, where);
            values += 1;
        });
    }
}
assert.ok(values > 1000);
console.log(`apache-arrow read ${values} values of ${batches.length} batches as they were written`);
