#include "plugins/enroll.hpp"

#include <string_view>
#include <utility>

#include "plugins/thrown.hpp"
#include "tsflow/abi.hpp"
#include "tsflow/error.hpp"

#include <fmt/format.h>

namespace tsflow {

namespace {

class Enrollment final : public Registrar {
public:
    void add(NodeType type) override { types.push_back(std::move(type)); }
    std::vector<NodeType> types;
};

}  // namespace

std::string mismatches(const Manifest& manifest) {
    std::vector<std::string> found;
    if (manifest.abi != TSFLOW_ABI) {
        found.push_back(fmt::format("ABI {} (this tsflow has {})", manifest.abi, TSFLOW_ABI));
    }
    if (manifest.size != sizeof(Manifest)) {
        // What stands behind the two numbers is then unknown.
        found.push_back(fmt::format("a manifest of {} bytes (this tsflow has {})", manifest.size,
                                    sizeof(Manifest)));
    } else {
        const std::string_view build_id = manifest.build_id == nullptr ? "" : manifest.build_id;
        if (build_id != TSFLOW_BUILD_ID) {
            found.push_back(
                fmt::format("build id '{}' (this tsflow has '{}')", build_id, TSFLOW_BUILD_ID));
        }
        if (manifest.name == nullptr || manifest.version == nullptr || manifest.enroll == nullptr) {
            found.push_back("a manifest without name, version or enroll function");
        }
    }
    if (found.empty()) {
        return {};
    }
    return fmt::format("it was built for another tsflow: it has {}; rebuild it against this one",
                       fmt::join(found, " and "));
}

std::vector<RegisteredType> enroll(const Manifest& manifest, const std::filesystem::path& library) {
    Enrollment enrollment;
    try {
        manifest.enroll(enrollment);
    } catch (...) {
        throw Error(
            fmt::format("it threw while it enrolled its node types: {}", describe_thrown()));
    }
    if (enrollment.types.empty()) {
        throw Error("it enrolled no node type");
    }
    std::vector<RegisteredType> types;
    for (NodeType& type : enrollment.types) {
        types.push_back({std::move(type), manifest.name, manifest.version, library});
    }
    return types;
}

}  // namespace tsflow
