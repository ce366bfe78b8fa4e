#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tsflow/plugin.hpp"

namespace tsflow {

/// A node type and the library it came from.
struct RegisteredType {
    NodeType type;
    std::string plugin;  ///< name in the manifest
    std::string version;
    std::filesystem::path library;
};

/// A library that was refused, and why: one sentence that names the reason and both sides' numbers.
struct Refusal {
    std::filesystem::path library;
    std::string reason;
};

/// All node types that this process knows. Filled once at start; read-only afterwards.
class Registry {
public:
    /// Adds all types of one library; all or none. Throws Error naming the clash when a type is
    /// already there (and by which library), when it declares a reserved option, or breaks the naming
    /// rules.
    void add(std::vector<RegisteredType> types);
    /// For tests and embedding: a type linked into this program.
    void add(NodeType type);

    const RegisteredType* find(std::string_view name) const noexcept;
    /// Sorted by name.
    std::vector<const RegisteredType*> all() const;
    std::vector<std::string> names() const;
    std::vector<std::string> names(NodeKind kind) const;

    void refuse(std::filesystem::path library, std::string reason);
    const std::vector<Refusal>& refusals() const noexcept { return refusals_; }

private:
    std::map<std::string, RegisteredType, std::less<>> types_;
    std::vector<Refusal> refusals_;
};

}  // namespace tsflow
