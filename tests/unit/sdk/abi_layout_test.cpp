#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include <catch2/catch.hpp>

#include "tsflow/builder.hpp"
#include "tsflow/plugin.hpp"

using namespace tsflow;

namespace {

/// What a plugin that was built earlier takes for granted of the types that cross the border.
std::string layout() {
    std::ostringstream out;
    out << "TSFLOW_ABI " << TSFLOW_ABI << '\n';
    const auto line = [&out](const char* name, std::size_t size, std::size_t alignment) {
        out << name << ' ' << size << ' ' << alignment << '\n';
    };
#define TSFLOW_LAYOUT(type) line(#type, sizeof(type), alignof(type))
    TSFLOW_LAYOUT(Batch);
    TSFLOW_LAYOUT(BatchBuilder);
    TSFLOW_LAYOUT(Checkpoint);
    TSFLOW_LAYOUT(Context);
    TSFLOW_LAYOUT(Counter);
    TSFLOW_LAYOUT(Date);
    TSFLOW_LAYOUT(detail::Block);
    TSFLOW_LAYOUT(detail::Buffer);
    TSFLOW_LAYOUT(detail::ColumnBuffers);
    TSFLOW_LAYOUT(Emitter);
    TSFLOW_LAYOUT(Field);
    TSFLOW_LAYOUT(Gauge);
    TSFLOW_LAYOUT(Manifest);
    TSFLOW_LAYOUT(NodeType);
    TSFLOW_LAYOUT(OptionInfo);
    TSFLOW_LAYOUT(OptionProblem);
    TSFLOW_LAYOUT(OptionTable);
    TSFLOW_LAYOUT(OptionValue);
    TSFLOW_LAYOUT(Port);
    TSFLOW_LAYOUT(Progress);
    TSFLOW_LAYOUT(Schema);
    TSFLOW_LAYOUT(Sink);
    TSFLOW_LAYOUT(Source);
    TSFLOW_LAYOUT(StateReader);
    TSFLOW_LAYOUT(StateWriter);
    TSFLOW_LAYOUT(Symbol);
    TSFLOW_LAYOUT(Timestamp);
    TSFLOW_LAYOUT(Transform);
#undef TSFLOW_LAYOUT
    return out.str();
}

}  // namespace

TEST_CASE("The layout of what crosses the plugin border is that of its ABI number") {
    const char* source = std::getenv("TSFLOW_SOURCE_DIR");
    if (source == nullptr) {
        WARN("TSFLOW_SOURCE_DIR is not set; run this test through ctest");
        return;
    }
    std::ifstream in(std::string{source} + "/tests/unit/sdk/abi_layout.txt");
    std::stringstream recorded;
    recorded << in.rdbuf();
    // When this fails, raise TSFLOW_ABI in abi.hpp and record the new layout: name, size, alignment.
    CHECK(layout() == recorded.str());
}
