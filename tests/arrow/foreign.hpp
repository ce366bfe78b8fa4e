#pragma once

#include <list>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "tsflow/arrow.hpp"

namespace tsflow::test {

/// A batch in the structs of the Arrow C Data Interface, from buffers that another implementation
/// wrote to a file: an array of columns, each with name, format, nullable, length, offset,
/// null_count, buffers (hexadecimal or null) and, for symbols, dictionary. Lives as long as the
/// structs are used.
class ForeignBatch {
public:
    explicit ForeignBatch(const nlohmann::json& columns);
    ForeignBatch(const ForeignBatch&) = delete;
    ForeignBatch& operator=(const ForeignBatch&) = delete;

    ArrowSchema schema{};
    ArrowArray array{};

private:
    ArrowArray* add_array(const nlohmann::json& from);
    ArrowSchema* add_schema(const nlohmann::json& column);
    const char* keep(std::string text) { return texts_.emplace_back(std::move(text)).data(); }

    std::list<std::string> texts_;  // names, formats and buffers
    std::list<std::vector<const void*>> buffers_;
    std::list<ArrowArray> arrays_;
    std::list<ArrowSchema> schemas_;
    std::vector<ArrowArray*> array_children_;
    std::vector<ArrowSchema*> schema_children_;
    const void* no_validity_ = nullptr;
};

/// `001fff`: how buffers stand in the file.
std::string to_hex(const void* bytes, std::size_t count);

}  // namespace tsflow::test
