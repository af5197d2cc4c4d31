#include "graph/map_layer.h"

#include "graph/map_layer_view.h"
#include "graph/snapshot_view.h"

namespace braid::graph {

// The one instantiation of the library, so that nobody else pays for Boost.Graph.
template MapLayer MapLayerOf<SnapshotView>(SnapshotView&, const MapQuery&, Budget&);

}  // namespace braid::graph
