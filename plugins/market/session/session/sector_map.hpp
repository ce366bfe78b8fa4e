#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace tsflow::market {

/// Which sector each symbol belongs to, from a CSV file with the columns `symbol,sector[,industry,weight]`.
class SectorMap {
public:
    /// Of symbols that the file does not have.
    static constexpr std::string_view unclassified = "UNCLASSIFIED";
    /// All members of a universe together.
    static constexpr std::string_view all = "ALL";

    struct Entry {
        std::uint16_t sector = 0;  ///< index in sectors()
        double weight = 0;         ///< 0: the file has none
    };

    /// Throws Error with file and line for whatever is wrong.
    explicit SectorMap(const std::filesystem::path& file);

    /// Class shares may be written BRK.B, BRK-B or BRK/B, in the file as in the feed.
    Entry of(std::string_view symbol) const;
    /// Sorted; the last two are `UNCLASSIFIED` and `ALL`.
    const std::vector<std::string>& sectors() const noexcept { return sectors_; }
    std::size_t all_index() const noexcept { return sectors_.size() - 1; }

private:
    std::vector<std::string> sectors_;
    std::unordered_map<std::string, Entry> entries_;
};

}  // namespace tsflow::market
