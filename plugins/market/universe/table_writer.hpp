#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace tsflow::market {

/// One transaction that writes groups, with the tables made where they were missing. What was not
/// committed is undone at the end.
class TableWriter {
public:
    virtual ~TableWriter() = default;

    struct GroupId {
        std::int64_t id;
        bool made;  ///< it was not there
    };
    virtual GroupId group(const std::string& name, const std::string& type,
                          const std::string& environment) = 0;
    virtual std::vector<std::string> members(std::int64_t group) = 0;
    /// `members`: a JSON array of objects with `symbol` and, as a text, perhaps `weight`.
    virtual void put(std::int64_t group, const std::string& members) = 0;
    /// `symbols`: a JSON array.
    virtual void remove(std::int64_t group, const std::string& symbols) = 0;
    virtual void commit() = 0;
};

std::unique_ptr<TableWriter> write_sqlite(const std::filesystem::path& file);
std::unique_ptr<TableWriter> write_postgres(const std::string& url);

}  // namespace tsflow::market
