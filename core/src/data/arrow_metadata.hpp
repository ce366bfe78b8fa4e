#pragma once

#include <string>

#include "tsflow/schema.hpp"

namespace tsflow {

// What Arrow has no place for travels as metadata of the field: pairs of key and value in Arrow's
// encoding, which is the count of pairs, then the length and the bytes of each text; int32
// throughout.

/// Unit, key and event time of `field`; empty when it has none of them.
std::string encode_metadata(const Field& field);
/// Sets unit, key and event time of `field` from what `encode_metadata` wrote, among other pairs or
/// not; null is no metadata. Throws Error for a length below zero.
void decode_metadata(Field& field, const char* metadata);

}  // namespace tsflow
