#pragma once

#include <cstdint>
#include <string_view>

namespace tsflow {

/// CRC-32C (Castagnoli, polynomial 0x1EDC6F41 reflected), as in RFC 3720 appendix B.4. Uses the processor's
/// instruction (SSE 4.2) where there is one.
std::uint32_t crc32c(std::string_view bytes) noexcept;
/// The same without the instruction: what others fall back on.
std::uint32_t crc32c_by_table(std::string_view bytes) noexcept;

}  // namespace tsflow
