// The Arrow types of the formats that a column can have.
import { Bool, DateDay, Dictionary, Float64, Int32, Int64, TimestampNanosecond, Utf8 } from 'apache-arrow';

export function typeOf(format) {
    switch (format) {
        case 'b': return new Bool();
        case 'l': return new Int64();
        case 'g': return new Float64();
        case 'tsn:UTC': return new TimestampNanosecond('UTC');
        case 'tdD': return new DateDay();
        case 'u': return new Utf8();
        case 'i': return new Dictionary(new Utf8(), new Int32());
        default: throw new Error(`unknown format ${format}`);
    }
}

/** The exact value of a row, as plain JSON: whole numbers and the bits of doubles as decimal text. */
export function plainValue(vector, format, row) {
    if (!vector.isValid(row)) {
        return null;
    }
    const data = vector.data[0];
    switch (format) {
        case 'l':
        case 'tsn:UTC':  // get() of a timestamp is in milliseconds
        case 'tdD':
            return String(data.values[row]);
        case 'g':
            return String(new BigUint64Array(Float64Array.of(data.values[row]).buffer)[0]);
        default:
            return vector.get(row);
    }
}
